using Microsoft.Playwright;
using Prickle.EndToEnd.Browsers;
using Prickle.EndToEnd.Product;

namespace Prickle.EndToEnd.Annotations;

/// <summary>Annotations in a real browser; the open one stands in the address.</summary>
public sealed class AnnotationPagesTests(SharedProduct shared, Chromium chromium)
{
    [Fact]
    public async Task An_annotation_is_written_edited_by_its_link_deleted_and_taken_back()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Annotations");
        var page = visitor.Page;
        var address = await People.SignInAsync(page, running, project);
        await page.OpenAsync($"{address}/annotations");
        await page.GetByText("No annotations yet").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write the first one" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await page.ArrivedAsync(url => url.EndsWith("?annotation=new", StringComparison.Ordinal));
        await panel.GetByLabel("Text").FillAsync("Released 2.0");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Cell, new() { Name = "Released 2.0" });
        await row.ClickAsync();
        await panel.GetByText("By owner@example.com").WaitForAsync();

        // A copied link opens the same.
        await page.ArrivedAsync(url => url.Contains("?annotation=", StringComparison.Ordinal) && !url.EndsWith("new", StringComparison.Ordinal));
        var link = page.Url;
        await page.GotoAsync("about:blank");
        await page.OpenAsync(link);
        await panel.GetByText("By owner@example.com").WaitForAsync();
        await panel.GetByLabel("Text").FillAsync("Released 2.1");
        await panel.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "Released 2.1" }).ClickAsync();

        await panel.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByText("No annotations yet").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await page.GetByRole(AriaRole.Cell, new() { Name = "Released 2.1" }).WaitForAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_viewer_reads_an_annotation_and_is_offered_no_change()
    {
        await using var visitor = await chromium.NewVisitorAsync();
        var running = await shared.StartedAsync();
        var project = await running.Api.NewProjectAsync("Viewed annotation");
        await running.Api.PostAsync($"/api/projects/{project.Id}/annotations", new { content = "Released 2.0", date_marker = "2026-03-01T12:00:00Z" });
        var page = visitor.Page;
        var address = await People.JoinAsViewerAsync(page, running, project);
        await page.OpenAsync($"{address}/annotations");
        await page.GetByRole(AriaRole.Cell, new() { Name = "Released 2.0" }).ClickAsync();
        var panel = page.GetByRole(AriaRole.Dialog);
        await panel.GetByText("By owner@example.com").WaitForAsync();
        await Assertions.Expect(panel.GetByLabel("Text")).ToBeDisabledAsync();
        await Assertions.Expect(panel.GetByRole(AriaRole.Button, new() { Name = "Save" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "New annotation" })).ToHaveCountAsync(0);
        visitor.Complaints.ShouldBeEmpty();
    }
}
