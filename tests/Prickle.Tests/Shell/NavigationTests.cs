using Prickle.Accounts;
using Prickle.Shell;
using Prickle.Shell.Commands;

namespace Prickle.Tests.Shell;

public sealed class NavigationTests
{
    static readonly ProjectGrant Viewer = new(
        new Project(12, 3, "Burrow", "phc_x", "UTC", false, null, [], DateTimeOffset.UnixEpoch),
        new Actor(Guid.CreateVersion7(), "viewer@burrow.test"), Role.Viewer);

    static readonly NavigationEntry[] Entries =
    [
        new("Events", "events", "", NavigationArea.Understand, 20, "search", Resource.Event),
        new("Live events", "live", "", NavigationArea.Understand, 10, "", Resource.Event),
        new("House", "house", "", NavigationArea.Data, 10, "search", Resource.House),
        new("Account", "/account", "", NavigationArea.Organization, 10),
    ];

    [Theory]
    [InlineData("project/12", 12)]
    [InlineData("/project/12/events?name=x", 12)]
    [InlineData("project/12?x=1", 12)]
    [InlineData("project/12x", null)]
    [InlineData("projects/12", null)]
    [InlineData("account/project/12", null)]
    [InlineData("project/99999999999", null)]
    public void The_project_of_an_address_is_found(string address, int? project) =>
        ProjectAddress.ProjectOf(address).ShouldBe(project);

    [Fact]
    public void A_page_has_an_address_for_those_who_may_see_it()
    {
        Entries[0].AddressFor(Viewer).ShouldBe("/project/12/events");
        Entries[0].AddressFor(null).ShouldBeNull();
        Entries[2].AddressFor(Viewer).ShouldBeNull();
        Entries[3].AddressFor(null).ShouldBe("/account");
    }

    [Theory]
    [InlineData("", "Live events, Events, Account")]
    [InlineData("ev", "Events, Live events")]
    [InlineData("SEARCH", "Events")]
    [InlineData("zzz", "")]
    public async Task The_palette_finds_pages_by_the_beginnings_of_their_words_first(string text, string found)
    {
        var commands = await new PageCommands(Entries).FindAsync(text, Viewer, CancellationToken.None);
        string.Join(", ", commands.Select(command => command.Title)).ShouldBe(found);
    }
}
