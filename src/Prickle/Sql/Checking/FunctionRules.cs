using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Prickle.Sql.Checking;

/// <summary>A function as the engine lists it.</summary>
sealed record EngineFunction(string Name, bool IsAggregate, bool IsCaseInsensitive, string AliasOf, string Categories, string Origin);

/// <summary>
/// Which functions a statement may call: what computes from its arguments alone. Functions that read files, dictionaries,
/// other tables, settings or the server itself are refused, and so is whatever the engine does not list.
/// </summary>
sealed partial class FunctionRules
{
    static readonly FrozenSet<string> Generators = FrozenSet.ToFrozenSet(
        ["numbers", "numbers_mt", "zeros", "zeros_mt", "generateSeries", "generate_series", "values"], StringComparer.Ordinal);

    static readonly FrozenSet<string> RefusedCategories = FrozenSet.ToFrozenSet(
        ["Dictionary", "Embedded Dictionary", "Introspection", "Machine Learning", "AI", "Time Series", "Internal"], StringComparer.Ordinal);

    // The engine files under "Other" what asks the server, next to what merely computes.
    static readonly FrozenSet<string> AllowedOthers = FrozenSet.ToFrozenSet(
        [
            "bar", "byteSize", "colorOKLABToSRGB", "colorOKLCHToSRGB", "colorSRGBToOKLAB", "colorSRGBToOKLCH", "countDigits",
            "defaultValueOfArgumentType", "defaultValueOfTypeName", "digits", "finalizeAggregation", "flipCoordinates",
            "formatReadableDecimalSize", "formatReadableQuantity", "formatReadableSize", "formatReadableTimeDelta", "getSizeOfEnumType",
            "getSubcolumn", "identity", "ignore", "indexHint", "initializeAggregation", "isConstant", "isDecimalOverflow",
            "lowCardinalityIndices", "lowCardinalityKeys", "MACNumToString", "MACStringToNum", "materialize", "minSampleSizeContinuous",
            "minSampleSizeConversion", "neighbor", "parseReadableSize", "parseReadableSizeOrNull", "parseReadableSizeOrZero",
            "parseTimeDelta", "rowNumberInAllBlocks", "rowNumberInBlock", "runningAccumulate", "runningDifference",
            "runningDifferenceStartingWithFirstValue", "throwIf", "toColumnTypeName", "toTypeName", "transform", "variantElement",
            "variantType", "visibleWidth",
        ], StringComparer.Ordinal);

    static readonly FrozenSet<string> AllowedInternals =
        FrozenSet.ToFrozenSet(["_CAST", "caseWithExpression", "nested"], StringComparer.Ordinal);

    // Parts of the language that the engine treats as functions without listing them.
    static readonly FrozenSet<string> Syntax =
        FrozenSet.ToFrozenSet(["exists", "grouping"], StringComparer.OrdinalIgnoreCase);

    readonly FrozenDictionary<string, EngineFunction> _exact;
    readonly FrozenDictionary<string, EngineFunction> _anyCase;
    readonly string[] _combinators;

    public FunctionRules(IReadOnlyCollection<EngineFunction> functions, IEnumerable<string> combinators)
    {
        _exact = functions.DistinctBy(function => function.Name).ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);
        _anyCase = functions.Where(function => function.IsCaseInsensitive).DistinctBy(function => function.Name.ToLowerInvariant())
            .ToFrozenDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);
        _combinators = [.. combinators];
    }

    /// <summary>The functions that may be called, for the completion of the editor.</summary>
    public IEnumerable<string> Allowed => _exact.Values.Where(function => RefusalOf(function.Name) is null && !function.Name.StartsWith('_'))
        .Select(function => function.Name);

    public static bool IsGenerator(string name) => Generators.Contains(name);

    /// <summary>Whether the engine has a function of this name.</summary>
    public bool Knows(string name) => Find(name) is not null;

    /// <summary>Whether it makes one value of many rows.</summary>
    public bool IsAggregate(string name) => Find(name) is { IsAggregate: true };

    /// <summary>Why a function may not be called; null when it may.</summary>
    public string? RefusalOf(string name) => Find(name) switch
    {
        null when Generators.Contains(name) || Syntax.Contains(name) => null,
        null => $"Unknown function {name}.",
        var function when IsHarmless(function) => null,
        _ => $"The function {name} is not allowed: it reads more than its arguments.",
    };

    bool IsHarmless(EngineFunction function)
    {
        if (function.AliasOf.Length > 0 && _exact.TryGetValue(function.AliasOf, out var original) && original != function)
        {
            return IsHarmless(original);
        }
        if (function.Origin != "System" || RefusedNames.IsMatch(function.Name))
        {
            return false;
        }
        var categories = function.Categories.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return (!categories.Contains("Other") || AllowedOthers.Contains(function.Name))
            && (!categories.Any(RefusedCategories.Contains) || AllowedInternals.Contains(function.Name));
    }

    EngineFunction? Find(string name) =>
        _exact.GetValueOrDefault(name) ?? _anyCase.GetValueOrDefault(name) ?? FindCombined(name);

    // countIf, sumMapState: the engine lists aggregates without their combinators.
    EngineFunction? FindCombined(string name)
    {
        foreach (var combinator in _combinators)
        {
            if (name.Length > combinator.Length && name.EndsWith(combinator, StringComparison.Ordinal))
            {
                var inner = name[..^combinator.Length];
                var found = _exact.GetValueOrDefault(inner) ?? _anyCase.GetValueOrDefault(inner) ?? FindCombined(inner);
                if (found is { IsAggregate: true })
                {
                    return found;
                }
            }
        }
        return null;
    }

    // Whatever category an engine gives them, or none at all, as older servers do.
    [GeneratedRegex(
        """
        ^(file|.*dict(Get|Has|Is).*|dictionary|joinGet.*|sleep.*|get(ServerSetting|ServerPort|Setting.*|Macro|MergeTreeSetting|ClientHTTPHeader|OSKernelVersion|MaxTableNameLengthForDatabase)|host[nN]ame|FQDN|fullHostName|tcpPort|server(UUID|Time[zZ]one)|version|revision|buildId|uptime|displayName|(current|authenticated|session|initial).*(User|user|Roles|Profiles|QueryID|QueryStartTime|query_id|Schemas|Database)|user|query_?ID|connection_?[iI][dD]|(enabled|default)(Roles|Profiles)|filesystem.*|hasColumnInTable|hasThreadFuzzer|showCertificate|zookeeper.*|shard(Num|Count)|transaction.*|catboostEvaluate|evalMLMethod|naiveBayes.*|addressTo.*|demangle|tid|logTrace|trap|isMergeTree.*|mergeTree.*|structureTo.*|globalVariable|errorCodeToName|fuzzQuery|obfuscateQuery.*|generateSerialID|ai[A-Z].*|region.*|formatRow.*|block(Number|Size.*)|runningConcurrency|partition_?[iI][dD]|__getScalar|__applyFilter|__actionName)$
        """)]
    static partial Regex RefusedNames { get; }
}
