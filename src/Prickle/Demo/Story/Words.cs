namespace Prickle.Demo.Story;

/// <summary>The words the story is told with.</summary>
static class Words
{
    public static readonly IReadOnlyList<string> Adjectives =
    [
        "Amber", "Brisk", "Calm", "Dapper", "Eager", "Fond", "Gentle", "Hazel", "Ivory", "Jolly", "Keen", "Lively", "Mellow",
        "Nimble", "Ochre", "Patient", "Quiet", "Russet", "Sunny", "Tidy", "Umber", "Vivid", "Wistful", "Young", "Zesty",
        "Bold", "Cosy", "Dewy", "Early", "Frosty", "Golden", "Humble", "Leafy", "Mossy", "Prickly", "Sturdy",
    ];

    public static readonly IReadOnlyList<string> Animals =
    [
        "Badger", "Beetle", "Bumblebee", "Cricket", "Dormouse", "Dove", "Finch", "Fox", "Frog", "Gosling", "Hare", "Hedgehog",
        "Heron", "Jackdaw", "Kestrel", "Ladybird", "Lark", "Magpie", "Marten", "Mole", "Moth", "Newt", "Otter", "Owl",
        "Pheasant", "Robin", "Shrew", "Snail", "Sparrow", "Squirrel", "Starling", "Stoat", "Swallow", "Thrush", "Toad",
        "Vole", "Weasel", "Wren",
    ];

    public static readonly IReadOnlyList<string> Plants =
    [
        "Bramble", "Clover", "Dewberry", "Elder", "Fern", "Gorse", "Hawthorn", "Ivy", "Juniper", "Larkspur", "Mallow", "Nettle",
        "Orchard", "Primrose", "Quince", "Rosehip", "Sorrel", "Teasel", "Viburnum", "Willow", "Yarrow", "Alder", "Bracken",
        "Campion", "Damson",
    ];

    public static readonly IReadOnlyList<(string Suffix, string Industry)> Trades =
    [
        ("Gardens", "landscaping"), ("Lawns", "landscaping"), ("Nursery", "plant nursery"), ("Arboriculture", "tree care"),
        ("Park Trust", "public parks"), ("Meadows", "rewilding"), ("Allotments", "community gardens"), ("Glasshouse", "plant nursery"),
    ];

    public static readonly IReadOnlyList<string> Roles = ["gardener", "planner", "foreman", "bookkeeper", "owner", "apprentice"];

    public static readonly IReadOnlyList<(string Path, string Title)> PublicPages =
    [
        ("/", "Leafpile: garden work, gathered"), ("/features", "Features - Leafpile"), ("/pricing", "Pricing - Leafpile"),
        ("/blog/mulching-by-the-calendar", "Mulching by the calendar - Leafpile"),
        ("/blog/ten-quiet-tools", "Ten quiet tools - Leafpile"), ("/hedgehogs", "Why we leave the leaves - Leafpile"),
    ];

    public static readonly IReadOnlyList<string> Templates = ["spring-start", "rose-year", "winter-rest", "kitchen-garden", "blank"];

    public static readonly IReadOnlyList<(string Type, string Message)> Faults =
    [
        ("TypeError", "Cannot read properties of undefined (reading 'bedId')"),
        ("RangeError", "Invalid date for a sowing window"),
        ("NetworkError", "The weather service did not answer in time"),
    ];
}
