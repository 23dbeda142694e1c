using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Previews;

/// <summary>Visitors of a customer's page switch previews on and off, and the page's flags follow.</summary>
public sealed class PreviewWidgetTests(SharedProduct shared, Chromium chromium)
{
    [Theory]
    [InlineData("posthog-js-old")]
    [InlineData("posthog-js-middle")]
    [InlineData("posthog-js")]
    public async Task A_visitor_switches_a_preview_on_and_has_the_feature_from_then_on(string package)
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        var id = await world.OfferAsync(new { name = "New nav", stage = "beta", description = "Three columns.\nAnd a search.", documentation_url = "https://example.com/nav" });
        await world.Page.GotoAsync(world.Publish(world.PostHog(package) + world.Widget()));
        (await world.FlagAsync("new-nav")).ShouldBe(false);
        var before = await world.Page.EvaluateAsync<int>("window.answers");

        await world.Opener.ClickAsync();
        var card = world.Card("New nav");
        await PreviewWorld.ShowsAsync(card, "Beta");
        (await card.GetByText("Three columns.").InnerTextAsync()).ShouldBe("Three columns.\nAnd a search.");
        var link = card.GetByRole(AriaRole.Link, new() { Name = "Documentation" });
        await Assertions.Expect(link).ToHaveAttributeAsync("href", "https://example.com/nav");
        await Assertions.Expect(link).ToHaveAttributeAsync("rel", "noopener");
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), false);

        await world.Switch("New nav").ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), true);
        await PreviewWorld.ShowsAsync(world.Dialog.GetByRole(AriaRole.Status), "New nav is on.");
        await world.FlagBecomesAsync("new-nav", true);
        (await world.Page.EvaluateAsync<int>("window.answers")).ShouldBeGreaterThan(before);

        await world.Page.ReloadAsync();
        (await world.FlagAsync("new-nav")).ShouldBe(true);
        await world.Opener.ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), true);
        // Kept as an event, on the person, and in the preview's own book.
        var chosen = (await world.Store.WaitForEventsAsync(world.Project.Id, 1, "event = '$feature_enrollment_update'")).ShouldHaveSingleItem();
        chosen.Property("$feature_flag").ShouldBe("new-nav");
        chosen.DistinctId.ShouldBe(await world.Page.EvaluateAsync<string>("posthog.get_distinct_id()"));
        (await world.AskAsync(id)).GetProperty("counts").GetProperty("enabled").GetInt32().ShouldBe(1);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_switches_off_what_everybody_has_loses_it_and_may_say_why()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.RollOutAsync("new-nav", 100);
        var id = await world.OfferAsync(new { name = "New nav", stage = "general-availability", feature_flag_key = "new-nav" });
        await world.Page.GotoAsync(world.Publish(world.PostHog("posthog-js") + world.Widget()));
        (await world.FlagAsync("new-nav")).ShouldBe(true);

        await world.Opener.ClickAsync();
        // Nobody has chosen; the flag is on, and the switch says so.
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), true);
        await world.Switch("New nav").ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), false);
        await world.FlagBecomesAsync("new-nav", false);

        await world.Dialog.GetByLabel("Why did you switch it off?").FillAsync("Too many columns");
        await world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await PreviewWorld.ShowsAsync(world.Card("New nav"), "Thank you.");
        var remark = (await world.AskAsync(id, "/feedback")).GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        remark.GetProperty("text").GetString().ShouldBe("Too many columns");
        remark.GetProperty("session_id").GetString().ShouldBe(await world.Page.EvaluateAsync<string>("posthog.get_session_id()"));

        await world.Page.ReloadAsync();
        (await world.FlagAsync("new-nav")).ShouldBe(false);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_concept_takes_interest_only_and_is_switched_on_when_it_is_there()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        var id = await world.OfferAsync(new { name = "Voice notes", stage = "concept" });
        await world.Page.GotoAsync(world.Publish(world.PostHog("posthog-js") + world.Widget()));
        await world.Opener.ClickAsync();

        await world.Card("Voice notes").GetByLabel("and switch it on for me").CheckAsync();
        await world.Card("Voice notes").GetByRole(AriaRole.Button, new() { Name = "Tell me when it is there" }).ClickAsync();
        await PreviewWorld.ShowsAsync(world.Card("Voice notes"), "You will be told when it is there.");
        await Assertions.Expect(world.Switch("Voice notes")).ToHaveCountAsync(0);
        (await world.FlagAsync("voice-notes")).ShouldBe(false);
        (await world.AskAsync(id)).GetProperty("counts").GetProperty("interested").GetInt32().ShouldBe(1);

        await world.MoveAsync(id, "beta");
        await Eventually.HoldsAsync("it is on for who asked", async () => (await world.AskAsync(id)).GetProperty("counts").GetProperty("enabled").GetInt32() == 1);
        await world.Page.ReloadAsync();
        (await world.FlagAsync("voice-notes")).ShouldBe(true);
        await world.Opener.ClickAsync();
        await PreviewWorld.ShowsAsync(world.Dialog, "Voice notes is in beta now, and it is on for you.");
        await PreviewWorld.IsOnAsync(world.Switch("Voice notes"), true);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pictures_have_their_room_and_keep_it_when_one_is_missing()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        var home = world.Publish(world.Widget("data-distinct-id='ann'"));
        await world.Page.GotoAsync(home);
        var id = await world.OfferAsync(new { name = "New nav", stage = "beta" });
        await world.AddPictureAsync(id, await world.Page.ScreenshotAsync(), "Three columns");

        await world.Opener.ClickAsync();
        var picture = world.Card("New nav").GetByRole(AriaRole.Button, new() { Name = "Enlarge: Three columns" });
        await Assertions.Expect(picture.Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 1280);
        var there = await BoxAsync(world.Card("New nav"));
        await picture.ClickAsync();
        var large = world.Page.GetByRole(AriaRole.Dialog, new() { Name = "Three columns" });
        await PreviewWorld.IsThereAsync(large);
        await world.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(large).ToBeHiddenAsync();
        await PreviewWorld.IsThereAsync(world.Dialog);

        await world.Page.RouteAsync("**/previews/images/*", route => route.AbortAsync());
        await world.Page.GotoAsync(home);
        await world.Opener.ClickAsync();
        await PreviewWorld.IsThereAsync(world.Card("New nav").GetByText("Three columns"));
        await Assertions.Expect(world.Card("New nav").Locator("img")).ToHaveCountAsync(0);
        (await BoxAsync(world.Card("New nav"))).ShouldBe(there);
    }

    [Theory]
    [InlineData("posthog-js-old")]
    [InlineData("posthog-js-middle")]
    [InlineData("posthog-js")]
    public async Task It_comes_as_a_site_app_without_a_script_of_the_page(string package)
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium, isSiteApp: true);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        await world.Page.GotoAsync(world.Publish(world.PostHog(package, "opt_in_site_apps: true")));
        await world.Opener.ClickAsync();
        await world.Switch("New nav").ClickAsync();
        await world.FlagBecomesAsync("new-nav", true);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_opens_the_list_before_the_SDK_is_there_waits_for_it()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        var isOpen = new TaskCompletionSource();
        await world.Page.RouteAsync("**/static/array.js*", async route =>
        {
            await isOpen.Task;
            await route.ContinueAsync();
        });
        await world.Page.GotoAsync(world.Publish(world.Snippet + world.Widget()), new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await world.Opener.ClickAsync();
        await PreviewWorld.IsThereAsync(world.Dialog.Locator("[aria-busy=true]"));
        isOpen.SetResult();
        await world.Switch("New nav").ClickAsync();
        await world.FlagBecomesAsync("new-nav", true);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_decides_for_a_company_switches_it_on_for_everybody_in_it()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        var member = world.PostHog("posthog-js", "loaded: (it) => it.group('company', 'acme')");
        await world.Page.GotoAsync(world.Publish(member));
        await world.Store.WaitForEventsAsync(world.Project.Id, 1, "event = '$groupidentify'");
        await world.OfferAsync(new { name = "Approvals", stage = "beta", group_type_index = 0, group_decides = true });

        // A member of the company: may choose for themselves only.
        await world.Page.GotoAsync(world.Publish(member + world.Widget()));
        await world.Opener.ClickAsync();
        await PreviewWorld.IsThereAsync(world.Switch("Approvals"));
        await Assertions.Expect(world.Dialog.GetByRole(AriaRole.Switch)).ToHaveCountAsync(1);

        // The customer's server says that this one decides.
        var identity = await world.SignAsync(new { distinct_id = "boss", groups = new { company = "acme" }, admin_of = new[] { "company" } });
        await world.Page.GotoAsync(world.Publish(member + world.Widget($"data-identity='{identity}'")));
        (await world.FlagAsync("approvals")).ShouldBe(false);
        await world.Opener.ClickAsync();
        await world.Switch("Approvals For your whole company").ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("Approvals For your whole company"), true);
        await world.FlagBecomesAsync("approvals", true);

        await world.Page.GotoAsync(world.Publish(member + world.Widget()));
        await world.Opener.ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("Approvals"), true);
        await Assertions.Expect(world.Switch("Approvals")).ToBeDisabledAsync();
        await PreviewWorld.ShowsAsync(world.Card("Approvals"), "Your company has switched this on for everybody in it.");
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Twice_on_a_page_it_is_there_once()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        await world.Page.GotoAsync(world.Publish(world.Widget("data-distinct-id='ann'") + world.Widget("data-distinct-id='bob'")),
            new() { WaitUntil = WaitUntilState.Load });
        await Assertions.Expect(world.Opener).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_page_with_the_strictest_policy_has_nothing_to_complain_of()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        const string Hostile = "<img src=x onerror=document.title='lost'>";
        var id = await world.OfferAsync(new { name = Hostile, stage = "beta", description = "</p><script>document.title='lost'</script>" });
        // The page's own icon is data.
        var policy = $"default-src 'none'; script-src {world.Host} 'self'; connect-src {world.Host}; img-src {world.Host} data:; require-trusted-types-for 'script'";
        var home = world.Publish(
            $"""<meta http-equiv="Content-Security-Policy" content="{policy}">""" + world.Widget("data-distinct-id='ann' data-inline='#place' data-accent='teal' data-theme='auto'"),
            """<main id="place"></main>""");
        await world.Page.GotoAsync(home);
        await world.AddPictureAsync(id, await world.Page.ScreenshotAsync(), "Three columns");
        await world.Page.ReloadAsync();

        // In the page itself, and above it: both show the same.
        var inline = world.Page.Locator("#place");
        await PreviewWorld.IsThereAsync(inline.GetByRole(AriaRole.Heading, new() { Name = Hostile }));
        await Assertions.Expect(inline.Locator("img")).ToHaveJSPropertyAsync("naturalWidth", 1280);
        await world.Opener.ClickAsync();
        await world.Dialog.GetByRole(AriaRole.Switch).ClickAsync();
        await PreviewWorld.IsOnAsync(inline.GetByRole(AriaRole.Switch, new() { IncludeHidden = true }), true);
        await PreviewWorld.IsOnAsync(world.Dialog.GetByRole(AriaRole.Switch), true);
        // A colour that only the sheet can have given: it is there, without an inline style.
        (await world.Dialog.GetByRole(AriaRole.Switch).EvaluateAsync<string>("one => getComputedStyle(one).getPropertyValue('--accent').trim()")).ShouldBe("teal");
        (await world.Page.TitleAsync()).ShouldBe("home");
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everything_is_done_with_the_keyboard()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        await world.Page.GotoAsync(world.Publish(world.Widget("data-distinct-id='ann'"), "<button data-prickle-previews>What is new</button>"));
        await PreviewWorld.IsThereAsync(world.Opener);
        var keyboard = world.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await PreviewWorld.IsThereAsync(world.Switch("New nav"));
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(world.Switch("New nav")).ToBeFocusedAsync();
        await keyboard.PressAsync("Space");
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), true);
        await Assertions.Expect(world.Switch("New nav")).ToBeFocusedAsync();

        // Round and round, never out of the dialog.
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Have an invitation?" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Assertions.Expect(world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Shift+Tab");
        await Assertions.Expect(world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Have an invitation?" })).ToBeFocusedAsync();

        await keyboard.PressAsync("Escape");
        await Assertions.Expect(world.Dialog).ToBeHiddenAsync();
        await Assertions.Expect(world.Page.GetByRole(AriaRole.Button, new() { Name = "What is new" })).ToBeFocusedAsync();
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_somebody_chose_before_signing_in_holds_after_it()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        // Seats are counted by the product, which then decides whose choice holds.
        await world.OfferAsync(new { name = "Quick export", stage = "alpha", seat_limit = 2 });
        await world.Page.GotoAsync(world.Publish(world.PostHog("posthog-js") + world.Widget()));
        await world.Opener.ClickAsync();
        await world.Switch("New nav").ClickAsync();
        await PreviewWorld.ShowsAsync(world.Card("Quick export"), "2 seats left");
        await world.Switch("Quick export").ClickAsync();
        await world.FlagBecomesAsync("new-nav", true);
        await world.FlagBecomesAsync("quick-export", true);

        await world.Page.EvaluateAsync("() => { window.answers = 0; posthog.identify('member-1'); }");
        (await world.FlagAsync("new-nav")).ShouldBe(true);
        // Whose seat it is, is known as soon as the two ids are one person's.
        await Eventually.HoldsAsync("the seat went along", async () =>
        {
            await world.Page.ReloadAsync();
            return await world.FlagAsync("quick-export") == true;
        });
        (await world.FlagAsync("new-nav")).ShouldBe(true);
        await world.Opener.ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("New nav"), true);
        await PreviewWorld.IsOnAsync(world.Switch("Quick export"), true);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_invitation_code_opens_what_others_do_not_see()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "Secret garden", stage = "beta", codes = new[] { "ROSE-GARDEN" } });
        var home = world.Publish(world.Widget("data-distinct-id='ann'"));
        await world.Page.GotoAsync(home);
        await world.Opener.ClickAsync();
        await PreviewWorld.ShowsAsync(world.Dialog, "Nothing is on offer at the moment.");

        await world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Have an invitation?" }).ClickAsync();
        await world.Dialog.GetByLabel("Invitation code").FillAsync("thorn-bush");
        await world.Page.Keyboard.PressAsync("Enter");
        await PreviewWorld.ShowsAsync(world.Dialog.Locator("form"), "This code opens nothing new.");
        await world.Dialog.GetByLabel("Invitation code").FillAsync("rose-garden");
        await world.Page.Keyboard.PressAsync("Enter");
        await PreviewWorld.IsThereAsync(world.Card("Secret garden"));
        await world.Switch("Secret garden").ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("Secret garden"), true);

        // The code was needed once.
        await world.Page.ReloadAsync();
        await world.Opener.ClickAsync();
        await PreviewWorld.IsOnAsync(world.Switch("Secret garden"), true);
        world.Visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_a_server_the_list_says_so_and_comes_when_there_is_one()
    {
        await using var world = await PreviewWorld.StartAsync(shared, chromium);
        await world.OfferAsync(new { name = "New nav", stage = "beta" });
        await world.Page.RouteAsync("**/api/previews", route => route.AbortAsync());
        await world.Page.GotoAsync(world.Publish(world.Widget("data-distinct-id='ann'")));
        await world.Opener.ClickAsync();
        await PreviewWorld.ShowsAsync(world.Dialog, "The previews could not be loaded.");
        await world.Page.UnrouteAllAsync();
        await world.Dialog.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await PreviewWorld.IsThereAsync(world.Switch("New nav"));
    }

    static async Task<(float Width, float Height)> BoxAsync(ILocator card)
    {
        var box = (await card.BoundingBoxAsync())!;
        return (box.Width, box.Height);
    }
}
