using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Prickle.Analyzers;

namespace Prickle.Tests.Analyzers;

public sealed class ModuleWallsTests
{
    const string Flags = """
        namespace Prickle.Flags { public sealed class Flag { public static int Count; public static Flags.Rollouts.Hash Of() => new(); } }
        namespace Prickle.Flags.Rollouts { public sealed class Hash { public int Value; } }
        """;

    [Fact]
    public async Task The_top_of_a_declared_module_may_be_used() =>
        (await CheckAsync("Insights -> Flags", "namespace Prickle.Insights { class A { int B => Prickle.Flags.Flag.Count; } }")).ShouldBeEmpty();

    [Fact]
    public async Task A_room_may_not_be_used_by_name_or_by_inference()
    {
        (await CheckAsync("Insights -> Flags", "namespace Prickle.Insights { class A { Prickle.Flags.Rollouts.Hash B; } }")).ShouldBe(["PRK001"]);
        (await CheckAsync("Insights -> Flags", "namespace Prickle.Insights { class A { int B => Prickle.Flags.Flag.Of().Value; } }")).ShouldBe(["PRK001"]);
    }

    [Fact]
    public async Task An_edge_that_is_not_declared_is_an_error_also_from_a_room() =>
        (await CheckAsync("", "namespace Prickle.Insights.Rooms { class A { int B => Prickle.Flags.Flag.Count; } }")).Distinct().ShouldBe(["PRK002"]);

    [Fact]
    public async Task An_edge_that_nothing_uses_is_an_error() =>
        (await CheckAsync("Insights -> Flags # once", "namespace Prickle.Insights { class A { } }")).ShouldBe(["PRK003"]);

    [Fact]
    public async Task The_wiring_of_the_product_may_use_every_door_and_a_module_itself() =>
        (await CheckAsync("", "namespace Prickle { class A { int B => Prickle.Flags.Flag.Count; } }")).ShouldBeEmpty();

    static async Task<IEnumerable<string>> CheckAsync(string edges, string code)
    {
        var compilation = CSharpCompilation.Create(
            "probe",
            [CSharpSyntaxTree.ParseText(Flags), CSharpSyntaxTree.ParseText(code)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var options = new AnalyzerOptions([new EdgesFile(edges)]);
        var found = await compilation.WithAnalyzers([new ModuleWalls()], options)
            .GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return found.Select(diagnostic => diagnostic.Id).Distinct().Order();
    }

    sealed class EdgesFile(string text) : AdditionalText
    {
        public override string Path => "modules.txt";

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }
}
