using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Css;
using AngleSharp.Css.Dom;
using AngleSharp.Css.Parser;

namespace Prickle.Filters.Selectors;

/// <summary>Walks the tree of a parsed selector and keeps what a chain can answer.</summary>
sealed partial class SelectorReader : ISelectorVisitor
{
    const int MostPaths = 10;
    const int MostCompounds = 8;

    /// <summary>The expression of a compound names its classes, and its pairs, in every order.</summary>
    const int MostOfAKind = 4;

    readonly List<SelectorPath> _paths = [];
    List<SelectorCompound> _compounds = [];
    List<bool> _isChild = [];
    string? _tag;
    List<string> _classes = [];
    List<PairCondition> _pairs = [];
    string? _problem;

    public static bool TryRead(
        string text, [NotNullWhen(true)] out ElementSelector? selector, [NotNullWhen(false)] out string? problem)
    {
        (selector, problem) = (null, null);
        if (text.Length > ElementSelector.LongestText)
        {
            problem = $"A selector may have {ElementSelector.LongestText} characters at most.";
            return false;
        }
        if (text.Trim().Length == 0 || text.Contains('\0') || new CssSelectorParser().ParseSelector(text) is not { } tree)
        {
            problem = $"\"{text}\" is not a CSS selector.";
            return false;
        }
        if (Flag.IsMatch(text))
        {
            problem = "Attribute values are compared with their case; the flags i and s cannot be used.";
            return false;
        }
        var reader = new SelectorReader();
        reader.ReadPaths(tree);
        problem = reader._problem;
        selector = problem is null ? new ElementSelector(reader._paths) : null;
        return selector is not null;
    }

    void ReadPaths(ISelector tree)
    {
        var before = _paths.Count;
        Begin();
        tree.Accept(this);
        if (_paths.Count == before)
        {
            EndPath();
        }
        if (_paths.Count > MostPaths)
        {
            Refuse($"At most {MostPaths} selectors may be joined with commas.");
        }
    }

    void ISelectorVisitor.List(IEnumerable<ISelector> selectors)
    {
        foreach (var selector in selectors)
        {
            ReadPaths(selector);
        }
    }

    void ISelectorVisitor.Combinator(IEnumerable<ISelector> selectors, IEnumerable<string> symbols)
    {
        var joints = symbols.Take(selectors.Count() - 1).Select(symbol => symbol.Trim()).ToList();
        if (joints.Find(symbol => symbol is not ("" or ">")) is { } unknown)
        {
            Refuse($"\"{unknown}\" cannot be asked of a stored click: only the clicked element and those around it are kept. Use a space or \">\".");
        }
        var index = 0;
        foreach (var selector in selectors)
        {
            selector.Accept(this);
            EndCompound();
            if (index < joints.Count)
            {
                _isChild.Add(joints[index] == ">");
            }
            index++;
        }
        if (index > MostCompounds)
        {
            Refuse($"A selector may be {MostCompounds} elements deep at most.");
        }
        AddPath();
    }

    void ISelectorVisitor.Many(IEnumerable<ISelector> selectors)
    {
        foreach (var selector in selectors)
        {
            selector.Accept(this);
        }
    }

    void ISelectorVisitor.Type(string name) => _tag = name == "*" ? null : name.ToLowerInvariant();

    void ISelectorVisitor.Id(string value) => Add(new PairCondition(["attr_id", "attr__id"], "=", value));

    void ISelectorVisitor.Class(string name)
    {
        // The head of an element joins classes with dots: one that holds such a character is found in the attribute.
        if (name.AsSpan().IndexOfAny(".;\"") >= 0)
        {
            Add(new PairCondition(["attr__class"], "~=", name));
        }
        else if (!_classes.Contains(name))
        {
            _classes.Add(name);
        }
        if (_classes.Count > MostOfAKind)
        {
            Refuse($"An element may be asked for {MostOfAKind} classes at most.");
        }
    }

    void ISelectorVisitor.Attribute(string name, string op, string? value)
    {
        if (op is not (null or "" or "=" or "~=" or "|=" or "^=" or "$=" or "*="))
        {
            Refuse($"The operator \"{op}\" of [{name}] is not supported.");
        }
        var lower = name.ToLowerInvariant();
        Add(new PairCondition(
            lower switch
            {
                "id" => ["attr_id", "attr__id"],
                "href" => ["href", "attr__href"],
                _ => ["attr__" + lower],
            },
            op ?? "", value ?? ""));
    }

    void ISelectorVisitor.Child(string name, int step, int offset, ISelector selector)
    {
        if (name is not ("nth-child" or "nth-of-type") || step != 0 || offset < 1 || (selector is not null && selector.Text is not ("*" or "")))
        {
            Refuse($":{name}() is supported with one number from 1 on, as nth-child and nth-of-type.");
            return;
        }
        Add(new PairCondition([name], "=", offset.ToString(CultureInfo.InvariantCulture)));
    }

    void ISelectorVisitor.PseudoClass(string name)
    {
        switch (name)
        {
            case "first-child": Add(new PairCondition(["nth-child"], "=", "1")); break;
            case "first-of-type": Add(new PairCondition(["nth-of-type"], "=", "1")); break;
            default: Refuse($":{name} cannot be asked of a stored click."); break;
        }
    }

    void ISelectorVisitor.PseudoElement(string name) => Refuse($"::{name} is not an element that can be clicked.");

    void Add(PairCondition condition)
    {
        if (_pairs.Exists(other => other.Names[0] == condition.Names[0]))
        {
            Refuse("Only one condition on the same attribute can be asked of an element.");
        }
        _pairs.Add(condition);
        if (_pairs.Count > MostOfAKind)
        {
            Refuse($"An element may be asked for {MostOfAKind} attributes at most.");
        }
    }

    void Begin() => (_compounds, _isChild, _tag, _classes, _pairs) = ([], [], null, [], []);

    void EndCompound()
    {
        _compounds.Add(new SelectorCompound(_tag, _classes, _pairs));
        (_tag, _classes, _pairs) = (null, [], []);
    }

    void EndPath()
    {
        EndCompound();
        AddPath();
    }

    void AddPath()
    {
        _paths.Add(new SelectorPath(_compounds, _isChild));
        Begin();
    }

    void Refuse(string problem) => _problem ??= problem;

    [GeneratedRegex(@"[""'\s][iIsS]\s*\]")]
    static partial Regex Flag { get; }
}
