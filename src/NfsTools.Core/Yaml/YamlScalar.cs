using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace NfsTools.Yaml;

/// <summary>What a scalar is by YAML 1.2's core schema: quoted it is a text, plain it may be a number, a truth value or nothing.</summary>
internal static class YamlScalar
{
    private const string TextTag = "tag:yaml.org,2002:str";
    private static readonly string[] Nothings = ["", "~", "null", "Null", "NULL"];

    public static bool IsText(YamlNode node, [NotNullWhen(true)] out string? text)
    {
        text = (node as YamlScalarNode)?.Value;
        return text is not null && (!IsPlain(node) || (!Nothings.Contains(text) && !IsFlag(node, out _) && !IsNumber(node, out _)));
    }

    public static bool IsFlag(YamlNode node, out bool flag)
    {
        var text = IsPlain(node) ? ((YamlScalarNode)node).Value : null;
        flag = text is "true" or "True" or "TRUE";
        return flag || text is "false" or "False" or "FALSE";
    }

    public static bool IsNumber(YamlNode node, out double number)
    {
        number = 0;
        return IsPlain(node) && ((YamlScalarNode)node).Value is { Length: > 0 } text && (char.IsAsciiDigit(text[^1]) || text[^1] == '.') &&
            double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The node in words, for errors.</summary>
    public static string Describe(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode scalar when IsText(node, out var text) => $"the text \"{text}\"",
        YamlScalarNode scalar when Nothings.Contains(scalar.Value) => "nothing",
        YamlScalarNode scalar when IsNumber(node, out _) => $"the number {scalar.Value}",
        YamlScalarNode scalar => scalar.Value!,
        _ => "an alias",
    };

    private static bool IsPlain(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } scalar && (scalar.Tag.IsEmpty || scalar.Tag.Value != TextTag);
}
