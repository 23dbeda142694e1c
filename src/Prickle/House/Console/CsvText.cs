using System.Text;
using Prickle.ClickHouse.Nodes;

namespace Prickle.House.Console;

/// <summary>An answer as a file for spreadsheets. A text that they would take for a formula is kept from being one.</summary>
static class CsvText
{
    public static string Of(IReadOnlyList<NodeColumn> columns, IEnumerable<string?[]> rows)
    {
        var text = new StringBuilder();
        Write(text, columns.Select(column => Harmless(column.Name)));
        foreach (var row in rows)
        {
            // A negative number begins like a formula, and is none.
            Write(text, row.Select((cell, place) => IsNumber(columns[place].Type) ? cell ?? "" : Harmless(cell ?? "")));
        }
        return text.ToString();
    }

    static void Write(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quoted)).Append("\r\n");

    static string Harmless(string cell) => cell.Length > 0 && cell[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{cell}" : cell;

    static string Quoted(string cell) => cell.AsSpan().ContainsAny("\",\r\n") ? $"\"{cell.Replace("\"", "\"\"")}\"" : cell;

    static bool IsNumber(string type) => type.Replace("Nullable(", "").Replace("LowCardinality(", "") is { } inner && (inner.StartsWith("Int") || inner.StartsWith("UInt") || inner.StartsWith("Float") || inner.StartsWith("Decimal"));
}
