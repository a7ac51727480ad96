using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NfsTools.Yaml;

/// <summary>
/// A YAML parser that refuses what a configuration never needs and what its reader cannot bear: nesting that would use up the
/// stack, which ends the process, and keys that are lists, mappings or aliases, to compare which is endless work where aliases
/// hold aliases.
/// </summary>
internal sealed class BoundedParser(IParser parser) : IParser
{
    private const int MostLevels = 64;

    // For each level whether it is a mapping that waits for a key.
    private readonly Stack<bool?> levels = new();

    public ParsingEvent? Current => parser.Current;

    public bool MoveNext()
    {
        if (!parser.MoveNext())
        {
            return false;
        }

        switch (parser.Current!)
        {
            case MappingEnd or SequenceEnd:
                levels.Pop();
                break;
            case NodeEvent or AnchorAlias:
                Enter(parser.Current!);
                break;
        }

        return true;
    }

    private void Enter(ParsingEvent node)
    {
        if (levels.TryPop(out var isKey))
        {
            if (isKey == true && node is not Scalar)
            {
                throw new YamlException(node.Start, node.End, $"expected a key, found {(node is SequenceStart ? "a list" : node is MappingStart ? "a mapping" : "an alias")}");
            }

            levels.Push(!isKey);
        }

        if (node is MappingStart or SequenceStart)
        {
            if (levels.Count == MostLevels)
            {
                throw new YamlException(node.Start, node.End, $"lists and mappings are nested more than {MostLevels} levels deep");
            }

            levels.Push(node is MappingStart ? true : null);
        }
    }
}
