using System.Text.Json;

namespace Prickle.Previews.Wire;

/// <summary>Writes lists and choices as widgets read them. Nothing of a preview that its visitors need not know is in it.</summary>
static class OfferReply
{
    public static void Write(Utf8JsonWriter writer, PreviewList list, Uri origin)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("previews");
        foreach (var offer in list.Offers)
        {
            Write(writer, offer, origin);
        }
        writer.WriteEndArray();
        writer.WriteStartArray("news");
        foreach (var news in list.News)
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"{news.Preview.Id}-{news.Preview.StageNumber}-{news.Kind}");
            writer.WriteString("previewId", news.Preview.Id);
            writer.WriteString("name", news.Preview.Name);
            writer.WriteString("kind", news.Kind);
            writer.WriteString("text", news.Text);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, ChosenPreview chosen, Uri origin)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("preview");
        Write(writer, chosen.Offer, origin);
        writer.WriteString("flagKey", chosen.Offer.Preview.FlagKey);
        writer.WriteBoolean("enabled", chosen.IsEnabled);
        writer.WriteEndObject();
    }

    /// <summary>What SDKs know of a preview.</summary>
    public static void WriteFeature(Utf8JsonWriter writer, FeaturePreview preview)
    {
        writer.WriteStartObject();
        WriteMembers(writer, preview);
        writer.WriteEndObject();
    }

    static void WriteMembers(Utf8JsonWriter writer, FeaturePreview preview)
    {
        writer.WriteString("id", preview.Id);
        writer.WriteString("name", preview.Name);
        writer.WriteString("description", preview.Settings.Description);
        writer.WriteString("stage", PreviewStages.NameOf(preview.Stage));
        writer.WriteString("documentationUrl", preview.Settings.DocumentationUrl);
        writer.WritePropertyName("payload");
        preview.Settings.Payload.WriteTo(writer);
        writer.WriteString("flagKey", preview.FlagKey);
    }

    static void Write(Utf8JsonWriter writer, PreviewOffer offer, Uri origin)
    {
        writer.WriteStartObject();
        WriteMembers(writer, offer.Preview);
        writer.WriteStartArray("screenshots");
        foreach (var picture in offer.Preview.Pictures)
        {
            writer.WriteStartObject();
            writer.WriteString("url", new Uri(origin, $"/previews/images/{picture.Id}").ToString());
            writer.WriteString("alt", picture.Alt);
            writer.WriteNumber("width", picture.Width);
            writer.WriteNumber("height", picture.Height);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteString("state", JsonNamingPolicy.CamelCase.ConvertName(offer.State.ToString()));
        WriteNumber(writer, "position", offer.Position);
        writer.WriteBoolean("wantsIt", offer.WantsIt);
        WriteNumber(writer, "seatsLeft", offer.SeatsLeft);
        writer.WriteBoolean("canChoose", offer.Reason is null);
        writer.WriteString("reason", offer.Reason);
        if (offer.Group is { } group)
        {
            writer.WriteStartObject("group");
            writer.WriteString("type", group.Type);
            writer.WriteString("key", group.Key);
            if (group.IsEnabled is { } isEnabled)
            {
                writer.WriteBoolean("isEnabled", isEnabled);
            }
            else
            {
                writer.WriteNull("isEnabled");
            }
            writer.WriteBoolean("mayChoose", group.MayChoose);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("group");
        }
        writer.WriteEndObject();
    }

    static void WriteNumber(Utf8JsonWriter writer, string name, int? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
