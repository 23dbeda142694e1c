using Fluid.Ast;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Notes what a template names.</summary>
sealed class TemplateReader : AstVisitor
{
    readonly List<string> _paths = [];
    readonly HashSet<string> _own = new(StringComparer.Ordinal) { "forloop" };

    public List<string> Filters { get; } = [];

    public IReadOnlyList<string> Variables => [.. _paths.Where(path => !_own.Contains(path.Split('.')[0])).Distinct(StringComparer.Ordinal)];

    protected override Statement VisitAssignStatement(AssignStatement assignStatement)
    {
        _own.Add(assignStatement.Identifier);
        return base.VisitAssignStatement(assignStatement);
    }

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        _own.Add(captureStatement.Identifier);
        return base.VisitCaptureStatement(captureStatement);
    }

    protected override Statement VisitForStatement(ForStatement forStatement)
    {
        _own.Add(forStatement.Identifier);
        return base.VisitForStatement(forStatement);
    }

    protected override Expression VisitFilterExpression(FilterExpression filterExpression)
    {
        Filters.Add(filterExpression.Name);
        return base.VisitFilterExpression(filterExpression);
    }

    protected override Expression VisitMemberExpression(MemberExpression memberExpression)
    {
        var path = new List<string>();
        foreach (var segment in memberExpression.Segments)
        {
            var name = segment switch
            {
                IdentifierSegment named => named.Identifier,
                IndexerSegment { Expression: LiteralExpression { Value: StringValue text } } => text.ToStringValue(),
                _ => null,
            };
            if (name is null)
            {
                break;
            }
            path.Add(name);
        }
        if (path.Count > 0)
        {
            _paths.Add(string.Join('.', path));
        }
        foreach (var segment in memberExpression.Segments.OfType<IndexerSegment>())
        {
            Visit(segment.Expression);
        }
        return base.VisitMemberExpression(memberExpression);
    }
}
