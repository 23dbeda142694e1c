namespace Prickle.Capture;

/// <summary>
/// The properties that mean something to capture, as far as an event may have them. Found in the one pass that reads the
/// event, so that nobody looks by name for what is not there: that walks all properties each time.
/// </summary>
[Flags]
enum SpecialProperties
{
    None = 0,

    /// <summary><c>$elements</c> or <c>$elements_chain</c>.</summary>
    Elements = 1,

    /// <summary><c>$ip</c>.</summary>
    Address = 2,

    /// <summary><c>$groups</c>.</summary>
    Groups = 4,

    /// <summary><c>$process_person_profile</c> with the value false.</summary>
    WithoutProfile = 8,

    /// <summary><c>$cookieless_mode</c> with the value true.</summary>
    Cookieless = 16,

    /// <summary><c>$set</c>, <c>$set_once</c> or <c>$unset</c>.</summary>
    Update = 32,

    /// <summary>Something that the store does not take as it came, or that must be looked at to know.</summary>
    Rewritten = 64,

    /// <summary>Nobody has looked, or the names cannot be told by their bytes.</summary>
    Unknown = Elements | Address | Groups | WithoutProfile | Cookieless | Update | Rewritten,
}
