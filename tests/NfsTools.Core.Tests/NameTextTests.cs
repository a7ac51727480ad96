using NfsTools.Interop;

namespace NfsTools.Core.Tests;

/// <summary>Names as text, and text that a terminal does not obey.</summary>
public sealed class NameTextTests
{
    [Theory]
    [InlineData("café", "café")]
    [InlineData("caf§", "caf\\xE9")]
    [InlineData("caf\\xE9", "caf\\x5CxE9")]
    [InlineData("caf\\x5CxE9", "caf\\x5Cx5CxE9")]
    [InlineData("caf\uFFFD", "caf\uFFFD")]
    [InlineData("dev-disk-by\\x2duuid", "dev-disk-by\\x2duuid")]
    [InlineData("\\§\\x", "\\\\xE9\\x")]
    [InlineData("😀§", "😀\\xE9")]
    public void A_name_is_read_back_as_what_it_was(string name, string written)
    {
        // An attribute cannot hold half a character.
        name = name.Replace('§', '\uDCE9');

        Assert.Equal(written, NameText.Write(name));
        Assert.Equal(name, NameText.Read(written));
    }

    [Theory]
    [InlineData("a\U000E0041b", "a?b", "\"a\\udb40\\udc41b\"")]
    [InlineData("a\u202Eb", "a?b", "\"a\\u202eb\"")]
    [InlineData("a\u3164b", "a?b", "\"a\\u3164b\"")]
    [InlineData("a\U000E0100b", "a?b", "\"a\\udb40\\udd00b\"")]
    [InlineData("a\U0001D173b", "a?b", "\"a\\ud834\\udd73b\"")]
    [InlineData("caf§", "caf\\xE9", "\"caf\\xE9\"")]
    [InlineData("😀é漢", "😀é漢", "😀é漢")]
    public void What_cannot_be_seen_reaches_no_terminal(string text, string clean, string value)
    {
        text = text.Replace('§', '\uDCE9');

        Assert.Equal(clean, SafeText.Clean(text));
        Assert.Equal(value, SafeText.Value(text));
    }
}
