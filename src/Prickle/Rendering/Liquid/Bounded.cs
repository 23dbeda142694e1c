using Fluid;
using Fluid.Ast;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Filters that make nothing larger than any message: a text that is joined with itself again and again grows beyond all memory.</summary>
static class Bounded
{
    public const int MostItems = 10_000;
    const int LongestText = 500_000;

    public static FilterDelegate Of(string name, FilterDelegate filter) => async (input, arguments, context) =>
    {
        Channel.Of(context).CheckTime();
        CheckGrowth(name, input, arguments, context);
        var result = await filter(input, arguments, context);
        return result is StringValue text && text.ToStringValue().Length > LongestText ? throw TooMuch : result is ArrayValue { Values.Count: > MostItems } ? throw TooMuch : result;
    };

    public static TemplateException TooMuch => new("It makes a text or a list that is too large.");

    // These make of two things that are not too large one that is.
    static void CheckGrowth(string name, FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        var times = name switch
        {
            "replace" or "replace_first" or "replace_last" => (long)input.ToStringValue().Length * arguments.At(1).ToStringValue().Length,
            "join" => input is ArrayValue { Values.Count: var count } ? (long)count * arguments.At(0).ToStringValue().Length : 0,
            "concat" => input is ArrayValue { Values.Count: var first } && arguments.At(0) is ArrayValue { Values.Count: var second } && first + second > MostItems ? long.MaxValue : 0,
            _ => 0,
        };
        if (times > LongestText)
        {
            throw TooMuch;
        }
    }
}

/// <summary><c>(1..n)</c>, which is made before anything goes through it.</summary>
sealed class BoundedRange(RangeExpression range) : Expression
{
    public override async ValueTask<FluidValue> EvaluateAsync(TemplateContext context)
    {
        var (from, to) = (await range.From.EvaluateAsync(context), await range.To.EvaluateAsync(context));
        return to.ToNumberValue() - from.ToNumberValue() > Bounded.MostItems ? throw Bounded.TooMuch : await range.EvaluateAsync(context);
    }
}
