using System.Text.Encodings.Web;
using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Lets all that a template gives out go through the escaping of its channel.</summary>
sealed class ChannelRewriter : AstRewriter
{
    protected override Statement VisitOutputStatement(OutputStatement outputStatement) => new ChannelOutput(outputStatement.Expression);

    protected override Expression VisitRangeExpression(RangeExpression rangeExpression) => new BoundedRange(rangeExpression);

    protected override Statement VisitCaptureStatement(CaptureStatement captureStatement)
    {
        TryRewriteStatements(captureStatement.Statements, out var statements);
        return new ChannelCapture(captureStatement.Identifier, statements);
    }
}

/// <summary><c>{{ value }}</c>.</summary>
sealed class ChannelOutput(Expression expression) : Statement
{
    public override async ValueTask<Completion> WriteToAsync(TextWriter output, TextEncoder encoder, TemplateContext context)
    {
        context.IncrementSteps();
        var value = await expression.EvaluateAsync(context);
        output.Write(Channel.Of(context).TextOf(value, context));
        return Completion.Normal;
    }
}

/// <summary><c>{% capture name %}</c>. What is captured is escaped once: here, or for JSON where it is written, since only there it is known what stands around it.</summary>
sealed class ChannelCapture(string name, IReadOnlyList<Statement> statements) : Statement
{
    public override async ValueTask<Completion> WriteToAsync(TextWriter output, TextEncoder encoder, TemplateContext context)
    {
        context.IncrementSteps();
        var channel = Channel.Of(context);
        await using var captured = new BoundedOutput(channel.Longest, isJson: false);
        var completion = Completion.Normal;
        channel.Captures++;
        try
        {
            foreach (var statement in statements)
            {
                completion = await statement.WriteToAsync(captured, encoder, context);
                if (completion != Completion.Normal)
                {
                    break;
                }
            }
        }
        finally
        {
            channel.Captures--;
        }
        context.SetValue(name, new StringValue(captured.ToString(), encode: channel.EscapesLate));
        return completion;
    }
}
