using System.Text;
using Prickle.Rendering;

namespace Prickle.Destinations.Sending;

/// <summary>Fills the fields of messages.</summary>
sealed class FieldRendering(TemplateRenderer templates)
{
    /// <summary>What is wrong with a template of a field; null when nothing is.</summary>
    public FieldProblem? ProblemOf(DestinationField field, string template) =>
        field.IsRequired && template.Trim().Length == 0 ? new FieldProblem(field.Name, $"{field.Label} is missing.")
        : !field.IsTemplate ? template.Length > field.Longest ? TooLong(field) : FieldCheck.ProblemOf(field, template) is { } wrong ? new FieldProblem(field.Name, wrong) : null
        : PartsOf(field, template).Select(templates.ProblemOf).FirstOrDefault(problem => problem is not null) is { } problem ? new FieldProblem(field.Name, $"{field.Label}: {problem}")
        : templates.VariablesOf(template).Count > 0 || template.Contains("{%", StringComparison.Ordinal) ? null
        : template.Length > field.Longest ? TooLong(field)
        : FieldCheck.ProblemOf(field, template) is { } plain ? new FieldProblem(field.Name, plain)
        : null;

    /// <summary>All fields, rendered; those that fail are empty.</summary>
    /// <param name="problem">The first that is wrong.</param>
    public IReadOnlyDictionary<string, string> Render(DestinationKind kind, DeliveryRequest request, out FieldProblem? problem)
    {
        var rendered = new Dictionary<string, string>(StringComparer.Ordinal);
        problem = null;
        foreach (var field in kind.Message)
        {
            var (text, wrong) = Render(field, request);
            rendered[field.Name] = text;
            problem ??= wrong;
        }
        return rendered;
    }

    (string Text, FieldProblem? Problem) Render(DestinationField field, DeliveryRequest request)
    {
        var template = request.Fields.GetValueOrDefault(field.Name) ?? field.Default;
        var text = template;
        if (field.IsTemplate)
        {
            var parts = new List<string>();
            foreach (var part in PartsOf(field, template))
            {
                if (!templates.TryRender(part, request.Variables, field.Escape, field.Longest, out var made, out var failure))
                {
                    return ("", new FieldProblem(field.Name, $"{field.Label}: {failure}"));
                }
                parts.Add(IsOfOneLine(field) ? OneLine(made) : made);
            }
            text = string.Join('\n', parts);
        }
        text = Whole(text.Trim());
        return text.Length == 0 && field.IsRequired ? (text, new FieldProblem(field.Name, $"{field.Label} is empty."))
            : text.Length > field.Longest ? ("", TooLong(field))
            : FieldCheck.ProblemOf(field, text) is { } wrong ? (text, new FieldProblem(field.Name, wrong))
            : (text, null);
    }

    // A value with a line break must not become a header of its own: lines are told apart before they are filled.
    static IEnumerable<string> PartsOf(DestinationField field, string template) => field.Type == FieldType.Headers ? template.Split('\n') : [template];

    static bool IsOfOneLine(DestinationField field) => field.Type is not (FieldType.LongText or FieldType.Json);

    static string OneLine(string text) => text.Contains('\n', StringComparison.Ordinal) || text.Contains('\r', StringComparison.Ordinal)
        ? text.Replace("\r\n", " ", StringComparison.Ordinal).Replace('\n', ' ').Replace('\r', ' ') : text;

    // Half a character can be no part of JSON or of a request.
    static string Whole(string text) => text.Any(char.IsSurrogate) ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;

    static FieldProblem TooLong(DestinationField field) => new(field.Name, $"{field.Label} has at most {field.Longest} characters.");
}
