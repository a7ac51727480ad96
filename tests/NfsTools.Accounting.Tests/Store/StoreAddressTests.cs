using NfsTools.Accounting.Store;

namespace NfsTools.Accounting.Tests.Store;

/// <summary>What a user may write where a store is named.</summary>
public sealed class StoreAddressTests
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("Host=db;Database=accounting", true)]
    [InlineData("host = db; database = accounting;", true)]
    [InlineData("postgresql://db/accounting", true)]
    [InlineData("jdbc:postgresql://db/accounting", true)]
    [InlineData("dbname=accounting host=db", true)]
    [InlineData("user=lsf;host=db", true)]
    [InlineData("Passwort=x;Host = db", true)]
    [InlineData("x=1 sslmode = require", true)]
    [InlineData("\"passwort=x\"", true)]
    [InlineData("Passfile=/run/secrets/p;Host=db", true)]
    [InlineData("accounting.db", false)]
    [InlineData("my jobs=all.db", false)]
    [InlineData("data/host=x.db", false)]
    [InlineData("./host=x.db", false)]
    [InlineData("/data/a=b.db", false)]
    [InlineData("=.db", false)]
    public void A_connection_string_is_told_from_a_file(string text, bool server) => Assert.Equal(server, StoreAddress.NamesServer(text));

    [Fact]
    public void A_relative_file_is_relative_to_the_directory_given()
    {
        Assert.Equal("/data/a.db", StoreAddress.Parse("a.db", "/data").Name);
        Assert.Equal("/data/host=x", StoreAddress.OfFile("/data/host=x").Name);
    }

    [Theory]
    [InlineData($"Host=db;Password={Secret}", "password")]
    [InlineData($"Host=db;pwd={Secret}", "password")]
    [InlineData($"Host=db;SSL Password={Secret}", "password")]
    [InlineData($"Host=db;Paswort={Secret}", "\"paswort\"")]
    [InlineData($"Host=db;Port={Secret}", "\"port\"")]
    [InlineData($"Host=db;{Secret}", "pairs")]
    [InlineData($"postgresql://lsf:{Secret}@db/accounting?sslmode=require", "URI")]
    [InlineData($"http://lsf:{Secret}@db", "URI")]
    [InlineData($"host=db.invalid dbname=accounting user=x password={Secret}", "password")]
    [InlineData($"host=db.invalid dbname=accounting user={Secret}", "\"host\" with a blank")]
    [InlineData($"dbname=acc host=db password = {Secret}", "password")]
    [InlineData($"Database=acc user={Secret};Host=db", "\"database\" with a blank")]
    [InlineData($"user=lsf;password={Secret};host=db", "password")]
    [InlineData($"user={Secret};host=db", "\"user\"")]
    [InlineData($"Passwort={Secret};Host=db", "password")]
    [InlineData($"Host=db;Password=a;{Secret}=b", "password")]
    [InlineData($"Host=db;Database=a;{Secret}=b", "key 3")]
    [InlineData($"Host=u:{Secret}@db.invalid;Database=x", "\"host\"")]
    [InlineData($"Host=db:{Secret}", "\"host\"")]
    [InlineData($"Host=db:5432,[::1]:{Secret}", "\"host\"")]
    [InlineData($"Host=\"db {Secret}\"", "\"host\"")]
    [InlineData("Host=db;Port=65536", "\"port\"")]
    [InlineData("Host=db;Multiplexing=true", "go together")]
    [InlineData($"Database={Secret}", "no host")]
    public void What_is_wrong_is_named_and_what_may_be_a_secret_never_shown(string text, string named)
    {
        var error = Assert.Throws<NfsToolsException>(() => StoreAddress.Parse(text));

        Assert.Contains(named, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Secret, $"{error}{error.Remedy}", StringComparison.Ordinal);
        Assert.NotEmpty(error.Remedy);
    }

    [Theory]
    [InlineData("Host=db")]
    [InlineData("Host=db:5433,[::1]:5433,fe80::1,192.0.2.1:5433")]
    [InlineData("Host=/run/postgresql;Passfile=/etc/nfstools/pass")]
    [InlineData("Host=@abstract;SSL Mode=Disable")]
    [InlineData("Host=db;Options=-c search_path=jobs")]
    public void A_connection_string_that_is_well_written_is_taken_as_it_is(string text) => Assert.Equal(text, StoreAddress.Parse(text + ";").Text);

    [Theory]
    [InlineData("Host=db;Database=accounting;Username=lsf;SSL Mode=Require", "accounting@db")]
    [InlineData("Host=db;Port=6543;Database=accounting;Search Path=lsf", "accounting/lsf@db:6543")]
    [InlineData("Host=/run/postgresql", "/run/postgresql")]
    public void Messages_show_no_connection_string_but_what_it_leads_to(string text, string shown) => Assert.Equal(shown, StoreAddress.Parse(text).Name);

    [Fact]
    public void A_password_file_that_cannot_be_read_is_an_error_that_names_it()
    {
        var error = Assert.Throws<NfsToolsException>(() => AccountingStore.OpenToRead(StoreAddress.Parse("Host=/nowhere").With("/nowhere/password", allowNetwork: false)));

        Assert.StartsWith("/nowhere/password: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_does_not_answer_is_one_to_wait_for()
    {
        using var directory = new TestDirectory();

        var error = Assert.Throws<StoreUnavailableException>(() => AccountingStore.OpenToRead($"Host={directory["none"]};Username=nobody"));

        Assert.Contains("does not answer", error.Message, StringComparison.Ordinal);
    }
}
