using System.Text.Json;
using System.Text.Json.Nodes;

namespace Prickle.Insights.Editing;

/// <summary>A question as an address carries it: its JSON without all that goes without saying.</summary>
public static class QuestionAddress
{
    /// <summary>More than a browser, a proxy or the circuit carries for certain.</summary>
    public const int MostCharacters = 16_000;

    /// <summary>The text for an address; reading it gives the same question.</summary>
    public static string Write(InsightQuery query)
    {
        var whole = JsonSerializer.SerializeToNode(query, InsightJson.Options)!.AsObject();
        var plain = JsonSerializer.SerializeToNode(Plain(query), InsightJson.Options)!.AsObject();
        Shorten(whole, plain);
        return whole.ToJsonString(InsightJson.Options);
    }

    /// <summary>Reads such a text; null with the reason when it is none.</summary>
    public static InsightQuery? Read(string text, out string why)
    {
        if (text.Length > MostCharacters)
        {
            why = "The question in this address is too long.";
            return null;
        }
        return InsightJson.Read(text, out why);
    }

    // The question of the same kind in which nothing was chosen.
    static InsightQuery Plain(InsightQuery query) => query switch
    {
        TrendsQuery => new TrendsQuery(),
        FunnelsQuery => new FunnelsQuery(),
        RetentionQuery => new RetentionQuery(),
        StickinessQuery => new StickinessQuery(),
        LifecycleQuery => new LifecycleQuery(),
        _ => new PathsQuery(),
    };

    static void Shorten(JsonObject whole, JsonObject plain)
    {
        foreach (var (name, value) in whole.ToList())
        {
            var usual = plain[name];
            if (name != "kind" && JsonNode.DeepEquals(value, usual))
            {
                whole.Remove(name);
            }
            else if (value is JsonArray list)
            {
                foreach (var member in list.OfType<JsonObject>())
                {
                    ShortenEntity(member);
                }
            }
            // An entity is always read whole: the kind may differ from the usual one.
            else if (value is JsonObject inner && usual is JsonObject usually && !inner.ContainsKey("kind"))
            {
                Shorten(inner, usually);
            }
            else if (value is JsonObject entity)
            {
                ShortenEntity(entity);
            }
        }
    }

    static void ShortenEntity(JsonObject entity)
    {
        if (entity["kind"]?.GetValue<string>() is not (nameof(EventsNode) or nameof(ActionsNode)))
        {
            return;
        }
        var plain = JsonSerializer.SerializeToNode<EntityNode>(new EventsNode(), InsightJson.Options)!.AsObject();
        foreach (var (name, usual) in plain)
        {
            if (name != "kind" && entity.ContainsKey(name) && JsonNode.DeepEquals(entity[name], usual))
            {
                entity.Remove(name);
            }
        }
    }
}
