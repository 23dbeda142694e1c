using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Prickle.Analyzers;

/// <summary>
/// Makes folders into walls. A module is a folder of the product: its top is its door, its sub-folders are its rooms.
/// PRK001: nobody outside uses what is in a room. PRK002: a module uses another only if modules.txt says so.
/// PRK003: modules.txt names no edge that nothing uses.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ModuleWalls : DiagnosticAnalyzer
{
    const string Root = "Prickle";
    const string EdgesFile = "modules.txt";

    static readonly DiagnosticDescriptor Room = new(
        "PRK001", "Another module's room", "'{0}' is in a room of {1}: only what is at the top of src/Prickle/{1} may be used from {2}",
        "Architecture", DiagnosticSeverity.Error, isEnabledByDefault: true);

    static readonly DiagnosticDescriptor Edge = new(
        "PRK002", "Undeclared edge between modules", "{0} uses '{1}' of {2}, and modules.txt has no line '{0} -> {2}'",
        "Architecture", DiagnosticSeverity.Error, isEnabledByDefault: true);

    static readonly DiagnosticDescriptor Unused = new(
        "PRK003", "Unused edge between modules", "modules.txt has the line '{0} -> {1}', and nothing in {0} uses {1}",
        "Architecture", DiagnosticSeverity.Error, isEnabledByDefault: true, customTags: WellKnownDiagnosticTags.CompilationEnd);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Room, Edge, Unused);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        // Razor components are generated code, and they are where most of a module's uses stand.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    static void Start(CompilationStartAnalysisContext context)
    {
        var file = context.Options.AdditionalFiles.FirstOrDefault(candidate => Path.GetFileName(candidate.Path) == EdgesFile);
        if (file is null)
        {
            return;
        }

        var declared = ModuleEdges.Parse(file.GetText(context.CancellationToken)?.ToString() ?? "");
        var used = new System.Collections.Concurrent.ConcurrentDictionary<(string From, string To), bool>();
        context.RegisterSyntaxNodeAction(node => Check(node, declared, used), SyntaxKind.IdentifierName, SyntaxKind.GenericName);
        context.RegisterCompilationEndAction(end =>
        {
            foreach (var (from, to) in declared.Edges.Where(edge => !used.ContainsKey(edge)))
            {
                end.ReportDiagnostic(Diagnostic.Create(Unused, Location.None, from, to));
            }
        });
    }

    static void Check(
        SyntaxNodeAnalysisContext context, ModuleEdges declared,
        System.Collections.Concurrent.ConcurrentDictionary<(string From, string To), bool> used)
    {
        var name = (SimpleNameSyntax)context.Node;
        if (name.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null
            || Place.Of(context.ContainingSymbol?.ContainingNamespace) is not { } here
            || Target(context.SemanticModel.GetSymbolInfo(name, context.CancellationToken).Symbol) is not { } target
            || Place.Of(target.ContainingNamespace) is not { } there
            || there.Module == here.Module)
        {
            return;
        }

        used.TryAdd((here.Module, there.Module), true);
        if (there.IsRoom)
        {
            context.ReportDiagnostic(Diagnostic.Create(Room, name.GetLocation(), target.Name, there.Module, here.Module));
        }
        else if (!declared.Has(here.Module, there.Module))
        {
            context.ReportDiagnostic(Diagnostic.Create(Edge, name.GetLocation(), here.Module, target.Name, there.Module));
        }
    }

    // A member counts as its type: what a call is made on is named, or inferred, and a wall must hold in both cases.
    static INamedTypeSymbol? Target(ISymbol? symbol) => symbol switch
    {
        INamedTypeSymbol type => type.OriginalDefinition,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType?.OriginalDefinition,
        _ => null,
    };

    /// <summary>Where a namespace lies: its module, and whether it is below the module's top.</summary>
    sealed class Place
    {
        public string Module { get; private set; } = "";

        public bool IsRoom { get; private set; }

        // The host's wiring (Program) is in no namespace; the kits have projects of their own.
        public static Place? Of(INamespaceSymbol? space)
        {
            var parts = new List<string>();
            for (var current = space; current is { IsGlobalNamespace: false }; current = current.ContainingNamespace)
            {
                parts.Insert(0, current.Name);
            }

            return parts.Count >= 2 && parts[0] == Root && !Kits.Contains(parts[1])
                ? new Place { Module = parts[1], IsRoom = parts.Count > 2 }
                : null;
        }

        static readonly ImmutableHashSet<string> Kits = ImmutableHashSet.Create("ClickHouse", "Pictures", "Ui", "Engine", "Analyzers", "Tests");
    }
}

/// <summary>The lines <c>A -> B, C</c> of modules.txt; <c>#</c> begins a comment.</summary>
sealed class ModuleEdges
{
    public ImmutableHashSet<(string From, string To)> Edges { get; private set; } = ImmutableHashSet<(string, string)>.Empty;

    public static ModuleEdges Parse(string text)
    {
        var edges = ImmutableHashSet.CreateBuilder<(string, string)>();
        foreach (var line in text.Split('\n').Select(line => line.Split('#')[0].Trim()).Where(line => line.Length > 0))
        {
            var sides = line.Split(new[] { "->" }, StringSplitOptions.None);
            foreach (var to in sides.Length == 2 ? sides[1].Split(',') : Array.Empty<string>())
            {
                edges.Add((sides[0].Trim(), to.Trim()));
            }
        }

        return new ModuleEdges { Edges = edges.ToImmutable() };
    }

    public bool Has(string from, string to) => Edges.Contains((from, to));
}
