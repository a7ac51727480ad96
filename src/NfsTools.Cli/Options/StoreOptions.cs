using System.CommandLine;
using NfsTools.Accounting.Formats;
using NfsTools.Accounting.Store;
using NfsTools.Cli.Output;

namespace NfsTools.Cli.Options;

/// <summary>The options of a verb that reads a store.</summary>
internal sealed class StoreOptions
{
    private readonly Option<string> store = CommonOptions.NotEmpty(new Option<string>("--store")
    {
        Description = "The store that \"nfstools collect\" writes: an SQLite file, or a PostgreSQL database, e.g. \"Host=db;Database=accounting\".",
        HelpName = "STORE",
        Required = true,
    });

    private readonly Option<string> passwordFile = CommonOptions.PasswordFile();

    public void AddTo(Command command)
    {
        command.Add(store);
        command.Add(passwordFile);
    }

    /// <summary>The store as the user named it.</summary>
    public string Named(ParseResult line) => line.GetRequiredValue(store);

    /// <summary>The options as they were given, for a shell.</summary>
    public string Given(ParseResult line) =>
        $"--store {SafeText.ShellWord(Named(line))}{(line.GetValue(passwordFile) is { } file ? $" {passwordFile.Name} {SafeText.ShellWord(file)}" : "")}";

    /// <exception cref="UsageException">There is a password file for a store without a password.</exception>
    /// <exception cref="NfsToolsException">It is not there, cannot be opened or is no store.</exception>
    public AccountingStore OpenToRead(ParseResult line) => AccountingStore.OpenToRead(Address(line));

    /// <summary>Opens one that is there to change what is known of it.</summary>
    /// <exception cref="UsageException">There is a password file for a store without a password.</exception>
    /// <exception cref="NfsToolsException">It is not there, cannot be opened or is no store.</exception>
    public AccountingStore OpenToWrite(ParseResult line)
    {
        using (OpenToRead(line))
        {
            return AccountingStore.OpenToWrite(AddressToWrite(line));
        }
    }

    /// <summary>Where one that is there is to be changed.</summary>
    /// <exception cref="UsageException">There is a password file for a store without a password.</exception>
    public StoreAddress AddressToWrite(ParseResult line) =>
        // A collector uses it on a network file system only where it was asked to.
        Address(line).With(null, allowNetwork: !Address(line).IsServer);

    private StoreAddress Address(ParseResult line)
    {
        var address = StoreAddress.Parse(Named(line)).With(line.GetValue(passwordFile), allowNetwork: false);
        return address.Misfit is { } misfit ? throw new UsageException($"{StoreMisfit.Describe(passwordFile.Name, address)}.", misfit.Remedy) : address;
    }
}
