using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fluid;
using Fluid.Values;

namespace Prickle.Rendering.Liquid;

/// <summary>Between JSON and the values of Liquid.</summary>
static class JsonValues
{
    const int Deepest = 30;

    static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 64 };

    public static FluidValue ValueOf(JsonNode? node) => node switch
    {
        null => NilValue.Instance,
        JsonObject members => new DictionaryValue(new FluidValueDictionaryFluidIndexable(
            members.ToDictionary(member => member.Key, member => ValueOf(member.Value), StringComparer.Ordinal))),
        JsonArray items => new ArrayValue([.. items.Select(ValueOf)]),
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => BooleanValue.True,
            JsonValueKind.False => BooleanValue.False,
            JsonValueKind.Number => NumberOf(node.AsValue()),
            JsonValueKind.String => new StringValue(node.GetValue<string>()),
            _ => NilValue.Instance,
        },
    };

    /// <summary>As JSON.</summary>
    public static string Text(FluidValue value, TemplateContext context) => NodeOf(value, context, 0)?.ToJsonString(Relaxed) ?? "null";

    static JsonNode? NodeOf(FluidValue value, TemplateContext context, int depth)
    {
        context.IncrementSteps();
        if (depth > Deepest)
        {
            return null;
        }
        switch (value.Type)
        {
            case FluidValues.Nil or FluidValues.Empty or FluidValues.Blank:
                return null;
            case FluidValues.Boolean:
                return JsonValue.Create(value.ToBooleanValue());
            case FluidValues.Number:
                return JsonValue.Create(value.ToNumberValue());
            case FluidValues.Array:
                return new JsonArray([.. value.Enumerate(context).Select(item => NodeOf(item, context, depth + 1))]);
            case FluidValues.Dictionary when value.ToObjectValue() is IFluidIndexable members:
                return new JsonObject(members.Keys.Select(name => KeyValuePair.Create(
                    name, members.TryGetValue(name, out var member) ? NodeOf(member, context, depth + 1) : null)));
            default:
                return JsonValue.Create(value.ToStringValue());
        }
    }

    // A number beyond what a decimal holds stays as it was written.
    static FluidValue NumberOf(JsonValue value) =>
        value.TryGetValue<decimal>(out var number) ? NumberValue.Create(number)
        : decimal.TryParse(value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out number) ? NumberValue.Create(number)
        : new StringValue(value.ToJsonString());
}
