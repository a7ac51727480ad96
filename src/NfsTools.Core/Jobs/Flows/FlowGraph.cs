using System.Globalization;
using System.Xml;
using NfsTools.Stamps;

namespace NfsTools.Jobs.Flows;

/// <summary>Draws a flow, each job in the colour of how it stands: for Graphviz, or as SVG.</summary>
public static class FlowGraph
{
    private const int CharacterWidth = 8;
    private const int BoxHeight = 28;
    private const int GapAcross = 24;
    private const int GapDown = 56;
    private const int Margin = 16;

    /// <summary>Writes it to a file: as SVG where the file's name ends so, otherwise for Graphviz. A link that has the name is replaced, not followed.</summary>
    /// <exception cref="NfsToolsException">It cannot be written.</exception>
    public static void Write(string path, JobFlow flow, IReadOnlyList<FlowJobResult> states) => WholeFile.Write(path, "graph", file =>
    {
        using var output = new StreamWriter(file, leaveOpen: true);
        if (path.EndsWith(".svg", StringComparison.OrdinalIgnoreCase))
        {
            WriteSvg(output, flow, states);
        }
        else
        {
            WriteDot(output, flow, states);
        }
    });

    /// <summary>Writes it for Graphviz (dot(1)).</summary>
    public static void WriteDot(TextWriter output, JobFlow flow, IReadOnlyList<FlowJobResult> states)
    {
        var colours = states.ToDictionary(s => s.Job, s => ColourOf(s.Status), StringComparer.Ordinal);
        output.Write("digraph flow {\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
        foreach (var job in flow.Order)
        {
            // A name has no character that would have to be escaped.
            output.Write($"  \"{job.Name}\" [fillcolor=\"{colours[job.Name]}\"];\n");
            foreach (var need in flow.NeedsOf(job))
            {
                output.Write($"  \"{need.Name}\" -> \"{job.Name}\";\n");
            }
        }

        output.Write("}\n");
    }

    /// <summary>Writes it as SVG: each job below those it needs.</summary>
    public static void WriteSvg(TextWriter output, JobFlow flow, IReadOnlyList<FlowJobResult> states)
    {
        var rows = Rows(flow);
        var boxes = Boxes(rows);
        using var svg = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, CloseOutput = false });
        svg.WriteStartElement("svg", "http://www.w3.org/2000/svg");
        Attributes(svg, ("width", boxes.Values.Max(b => b.X + b.Width) + Margin), ("height", (rows.Count * (BoxHeight + GapDown)) - GapDown + (2 * Margin)));
        svg.WriteAttributeString("font-family", "sans-serif");
        svg.WriteAttributeString("font-size", "13");
        foreach (var job in flow.Order)
        {
            foreach (var (from, to) in flow.NeedsOf(job).Select(need => (boxes[need], boxes[job])))
            {
                svg.WriteStartElement("path");
                var (x1, y1, x2, y2) = (from.X + (from.Width / 2), from.Y + BoxHeight, to.X + (to.Width / 2), to.Y);
                svg.WriteAttributeString("d", string.Create(CultureInfo.InvariantCulture, $"M{x1} {y1} C{x1} {y1 + (GapDown / 2)} {x2} {y2 - (GapDown / 2)} {x2} {y2}"));
                svg.WriteAttributeString("fill", "none");
                svg.WriteAttributeString("stroke", "#888888");
                svg.WriteEndElement();
            }
        }

        foreach (var state in states)
        {
            var box = boxes[flow.Jobs.First(j => j.Name == state.Job)];
            svg.WriteStartElement("g");
            svg.WriteElementString("title", $"{state.Job}: {state.Status}: {SafeText.Clean(state.Reason)}");
            svg.WriteStartElement("rect");
            Attributes(svg, ("x", box.X), ("y", box.Y), ("width", box.Width), ("height", BoxHeight), ("rx", 6));
            svg.WriteAttributeString("fill", ColourOf(state.Status));
            svg.WriteAttributeString("stroke", "#444444");
            svg.WriteEndElement();
            svg.WriteStartElement("text");
            Attributes(svg, ("x", box.X + (box.Width / 2)), ("y", box.Y + (BoxHeight / 2) + 5));
            svg.WriteAttributeString("text-anchor", "middle");
            svg.WriteString(state.Job);
            svg.WriteEndElement();
            svg.WriteEndElement();
        }

        svg.WriteEndElement();
        svg.Flush();
        output.Write('\n');
    }

    private static string ColourOf(FlowJobStatus status) => status switch
    {
        FlowJobStatus.UpToDate or FlowJobStatus.Succeeded => "#b7e1a1",
        FlowJobStatus.Running => "#ffe08a",
        FlowJobStatus.Failed => "#f4a6a0",
        FlowJobStatus.NotRun => "#dddddd",
        _ => "#cfe2f3",
    };

    // A job's row is one below the lowest of those it needs; in a row the jobs stand as those they need do.
    private static List<List<FlowJob>> Rows(JobFlow flow)
    {
        var rowOf = new Dictionary<FlowJob, int>();
        foreach (var job in flow.Order)
        {
            rowOf[job] = flow.NeedsOf(job).Select(need => rowOf[need] + 1).DefaultIfEmpty().Max();
        }

        var place = new Dictionary<FlowJob, double>();
        var rows = new List<List<FlowJob>>();
        foreach (var row in flow.Order.GroupBy(job => rowOf[job]).OrderBy(g => g.Key))
        {
            rows.Add([.. row.OrderBy(job => flow.NeedsOf(job).Select(need => place[need]).DefaultIfEmpty().Average())]);
            foreach (var (at, job) in rows[^1].Index())
            {
                place[job] = (double)at / rows[^1].Count;
            }
        }

        return rows;
    }

    private static Dictionary<FlowJob, (int X, int Y, int Width)> Boxes(List<List<FlowJob>> rows)
    {
        int WidthOf(FlowJob job) => (job.Name.Length + 3) * CharacterWidth;
        var widths = rows.ConvertAll(row => row.Sum(job => WidthOf(job) + GapAcross) - GapAcross);
        var boxes = new Dictionary<FlowJob, (int X, int Y, int Width)>();
        foreach (var (at, row) in rows.Index())
        {
            var x = Margin + ((widths.Max() - widths[at]) / 2);
            foreach (var job in row)
            {
                boxes[job] = (x, Margin + (at * (BoxHeight + GapDown)), WidthOf(job));
                x += WidthOf(job) + GapAcross;
            }
        }

        return boxes;
    }

    private static void Attributes(XmlWriter svg, params (string Name, int Value)[] attributes)
    {
        foreach (var (name, value) in attributes)
        {
            svg.WriteAttributeString(name, value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
