using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Prickle.Benchmarks.Reporting;

/// <summary>The outcome of a run: a table for people, and a file to compare later runs with.</summary>
sealed record Report(string Name, string Machine, IReadOnlyList<Metric> Metrics)
{
    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public bool Holds => Metrics.All(metric => metric.Holds != false);

    public void Print()
    {
        var table = new Table().Title(Name).Caption(Machine).AddColumns("Metric", "Value", "Unit", "Ceiling", "Ratio", "Aim", "Holds");
        foreach (var metric in Metrics)
        {
            table.AddRow(
                Markup.Escape(metric.Name), Number(metric.Value), Markup.Escape(metric.Unit), Number(metric.Ceiling), Number(metric.Ratio),
                Markup.Escape(metric.Aim ?? ""), metric.Holds switch { true => "[green]yes[/]", false => "[red]no[/]", null => "" });
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Writes <c>bench/results/NAME.json</c> below the working folder.</summary>
    public void Write()
    {
        Directory.CreateDirectory(Path.Combine("bench", "results"));
        File.WriteAllText(Path.Combine("bench", "results", $"{Name}.json"), JsonSerializer.Serialize(new { name = Name, machine = Machine, metrics = Metrics }, Json) + "\n");
    }

    static string Number(double? value) => value?.ToString(value is > -100 and < 100 ? "0.###" : "#,0", CultureInfo.InvariantCulture) ?? "";
}
