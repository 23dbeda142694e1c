using Bunit;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using Prickle.Ui.Dialogs;

namespace Prickle.Tests.Ui.Dialogs;

public sealed class ConfirmDialogTests : KitTest
{
    [Fact]
    public async Task The_name_must_be_typed_before_the_button_works()
    {
        var page = Render<MudDialogProvider>();
        var answer = page.InvokeAsync(() => Services.GetRequiredService<IDialogService>()
            .ConfirmAsync(new Confirmation("Delete the project Burrow", "All its events go with it.", "Delete", "Burrow")));
        page.WaitForAssertion(() => page.Find("button.danger").HasAttribute("disabled").ShouldBeTrue());

        page.Find("#confirm-name").Input("burrow");
        page.Find("button.danger").HasAttribute("disabled").ShouldBeTrue();
        page.Find("#confirm-name").Input("Burrow");
        page.Find("button.danger").Click();
        (await answer).ShouldBeTrue();
    }

    [Fact]
    public async Task Cancelling_is_no()
    {
        var page = Render<MudDialogProvider>();
        var answer = page.InvokeAsync(() => Services.GetRequiredService<IDialogService>()
            .ConfirmAsync(new Confirmation("Remove the filter", "It can be added again.", "Remove")));
        page.WaitForElement("button.danger").HasAttribute("disabled").ShouldBeFalse();
        page.FindAll("button").First(button => button.TextContent == "Cancel").Click();
        (await answer).ShouldBeFalse();
    }
}
