using Prickle.Benchmarks.Automations;
using Prickle.Benchmarks.Capture;
using Prickle.Benchmarks.Dashboards;
using Prickle.Benchmarks.Engine;
using Prickle.Benchmarks.Flags;
using Prickle.Benchmarks.House;
using Prickle.Benchmarks.Insights;
using Prickle.Benchmarks.Reporting;
using Prickle.Benchmarks.Startup;
using Spectre.Console;

if (args is [ConstantServer.Argument, var bytes])
{
    return await ConstantServer.ServeAsync(int.Parse(bytes, System.Globalization.CultureInfo.InvariantCulture));
}

var benchmarks = new Dictionary<string, Func<Scale, CancellationToken, Task<IReadOnlyList<Metric>>>>(StringComparer.Ordinal)
{
    ["automations"] = AutomationsBenchmark.RunAsync,
    ["capture"] = CaptureBenchmark.RunAsync,
    ["dashboard"] = DashboardBenchmark.RunAsync,
    ["engine"] = EngineBenchmark.RunAsync,
    ["flags"] = FlagsBenchmark.RunAsync,
    ["house"] = HouseBenchmark.RunAsync,
    ["insights"] = InsightsBenchmark.RunAsync,
    ["startup"] = StartupBenchmark.RunAsync,
};
var name = args.FirstOrDefault(argument => !argument.StartsWith('-')) ?? "";
var scale = args.Contains("--quick") ? Scale.Quick : Scale.Full;
if (!benchmarks.TryGetValue(name, out var benchmark) || args.Any(argument => argument.StartsWith('-') && argument != "--quick"))
{
    AnsiConsole.WriteLine($"usage: script/bench NAME [--quick]     NAME: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

using var limit = new CancellationTokenSource(scale.Limit);
var metrics = await benchmark(scale, limit.Token);
var report = new Report(name, Machine.Describe(), metrics);
report.Print();
report.Write();
return report.Holds ? 0 : 1;
