using System.Collections.Frozen;
using System.Text.Json;

namespace Prickle.Accounts;

/// <summary>The snake_case names of resources and scopes.</summary>
public static class ResourceNames
{
    static readonly string[] Names =
        [.. Enum.GetNames<Resource>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];

    static readonly FrozenDictionary<string, Resource> ByName =
        Enum.GetValues<Resource>().ToFrozenDictionary(resource => Names[(int)resource], StringComparer.Ordinal);

    extension(Resource resource)
    {
        /// <summary>For example <c>feature_flag</c>.</summary>
        public string Name => Names[(int)resource];

        /// <summary>For example <c>feature_flag:read</c>, as a key's scopes say it.</summary>
        public string Scope(Level level) => level == Level.Write ? $"{resource.Name}:write" : $"{resource.Name}:read";
    }

    /// <summary>The resource of a snake_case name.</summary>
    public static bool TryParse(string name, out Resource resource) => ByName.TryGetValue(name, out resource);
}
