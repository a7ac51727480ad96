using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NfsTools.Accounting.Tests.Collecting;

/// <summary>Prometheus' text exposition format, read strictly: what the format or node_exporter refuses is an error here.</summary>
internal sealed class Exposition
{
    private const string Name = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static readonly Regex Sample = new($@"^({Name})\{{((?:[a-zA-Z_][a-zA-Z0-9_]*=""(?:[^""\\\n]|\\[\\""n])*"",?)*)\}} (-?[0-9.]+(?:[eE][+-]?[0-9]+)?)$");
    private static readonly Regex Label = new(@"([a-zA-Z_][a-zA-Z0-9_]*)=""((?:[^""\\\n]|\\[\\""n])*)""(?:,|$)");
    private readonly Dictionary<string, double> samples = [];

    /// <param name="text">The text.</param>
    public Exposition(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var families = new HashSet<string>();
        var (family, type) = ("", "");
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Regex.Match(line, $"^# HELP ({Name}) .+$") is { Success: true } help)
            {
                (family, type) = (help.Groups[1].Value, "");
                Assert.True(families.Add(family), $"{family} is there twice");
                continue;
            }

            if (Regex.Match(line, $"^# TYPE ({Name}) (counter|gauge)$") is { Success: true } typed)
            {
                Assert.Equal((family, ""), (typed.Groups[1].Value, type));
                type = typed.Groups[2].Value;
                Assert.Equal(type == "counter", family.EndsWith("_total", StringComparison.Ordinal));
                continue;
            }

            var sample = Sample.Match(line);
            Assert.True(sample.Success && type.Length > 0, $"\"{line}\" is no sample");
            Assert.Equal(family, sample.Groups[1].Value);
            var labels = Label.Matches(sample.Groups[2].Value).Select(m => (Name: m.Groups[1].Value, Value: Unescape(m.Groups[2].Value))).ToList();
            Assert.Distinct(labels.Select(l => l.Name));
            var key = Key(family, labels);
            Assert.True(samples.TryAdd(key, double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture)), $"{key} is there twice");
        }
    }

    /// <summary>The value of a metric of the collector with such labels; null where there is none.</summary>
    public double? this[string metric, params (string, string)[] labels] => samples.TryGetValue(Key("nfstools_collector_" + metric, labels), out var value) ? value : null;

    private static string Key(string metric, IEnumerable<(string Name, string Value)> labels) =>
        new StringBuilder(metric).AppendJoin('\0', labels.OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"\0{l.Name}\0{l.Value}")).ToString();

    private static string Unescape(string text) => Regex.Replace(text, @"\\(.)", m => m.Groups[1].Value == "n" ? "\n" : m.Groups[1].Value);
}
