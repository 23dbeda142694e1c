namespace Prickle.Demo.Story;

/// <summary>Something on a page that can be clicked, as the chain of elements that the SDK sends.</summary>
/// <param name="Tag"><c>button</c> or <c>a</c>.</param>
/// <param name="Text">What it says.</param>
/// <param name="Name">Its <c>data-attr</c>.</param>
/// <param name="Href">Where it leads, or empty.</param>
sealed record StoryElement(string Tag, string Text, string Name, string Href = "")
{
    public static StoryElement Button(string text, string name) => new("button", text, name);

    public static StoryElement Link(string text, string href) => new("a", text, $"link-{text.ToLowerInvariant().Replace(' ', '-')}", href);

    public string Chain
    {
        get
        {
            var own = Tag == "a"
                ? $"a.nav-link:attr__class=\"nav-link\"attr__data-attr=\"{Name}\"attr__href=\"{Href}\"href=\"{Href}\"nth-child=\"2\"nth-of-type=\"2\"text=\"{Text}\""
                : $"button.btn.btn-primary:attr__class=\"btn btn-primary\"attr__data-attr=\"{Name}\"attr__type=\"button\"nth-child=\"1\"nth-of-type=\"1\"text=\"{Text}\"";
            return $"{own};div.toolbar:attr__class=\"toolbar\"nth-child=\"1\"nth-of-type=\"1\";"
                + "main:nth-child=\"2\"nth-of-type=\"1\";div.app:attr__class=\"app\"attr_id=\"root\"nth-child=\"1\"nth-of-type=\"1\";"
                + "body:nth-child=\"2\"nth-of-type=\"1\"";
        }
    }
}
