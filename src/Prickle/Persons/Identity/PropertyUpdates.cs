using System.Text;
using System.Text.Json;

namespace Prickle.Persons.Identity;

/// <summary>What an event says is known of a person, laid over what was.</summary>
static class PropertyUpdates
{
    // Within one event: once, set, unset; what stands beside the properties is applied after what stands in them.
    public static bool Apply(PropertyMap person, PersonSignal signal)
    {
        var changed = false;
        if (signal.Properties.ValueKind == JsonValueKind.Object)
        {
            changed |= SetAll(person, Update(signal, "$set_once"u8), once: true);
            changed |= SetAll(person, signal.SetOnce, once: true);
            changed |= AutomaticProperties.Apply(person, signal.Properties);
            changed |= SetAll(person, Update(signal, "$set"u8), once: false);
            changed |= SetAll(person, signal.Set, once: false);
            changed |= UnsetAll(person, Update(signal, "$unset"u8));
        }
        else
        {
            changed |= SetAll(person, signal.SetOnce, once: true);
            changed |= SetAll(person, signal.Set, once: false);
        }

        return changed | UnsetAll(person, signal.Unset);
    }

    static bool SetAll(PropertyMap person, JsonElement values, bool once)
    {
        var changed = false;
        if (values.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in values.EnumerateObject())
            {
                var name = Encoding.UTF8.GetBytes(property.Name);
                changed |= once ? person.SetOnce(name, property.Value) : person.Set(name, property.Value);
            }
        }

        return changed;
    }

    static bool UnsetAll(PropertyMap person, JsonElement names)
    {
        var changed = false;
        switch (names.ValueKind)
        {
            case JsonValueKind.Array:
                foreach (var name in names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String))
                {
                    changed |= person.Remove(Encoding.UTF8.GetBytes(name.GetString()!));
                }

                break;
            case JsonValueKind.Object:
                foreach (var property in names.EnumerateObject())
                {
                    changed |= person.Remove(Encoding.UTF8.GetBytes(property.Name));
                }

                break;
        }

        return changed;
    }

    static JsonElement Update(PersonSignal signal, ReadOnlySpan<byte> name) =>
        signal.MayHoldUpdates && signal.Properties.TryGetProperty(name, out var value) ? value : default;
}
