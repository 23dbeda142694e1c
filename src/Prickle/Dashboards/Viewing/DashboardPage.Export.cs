using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using Prickle.Accounts;
using Prickle.Insights;

namespace Prickle.Dashboards.Viewing;

/// <summary>The page as a file, drawn by the server with the filters that stand on it.</summary>
public sealed partial class DashboardPage
{
    bool _isDrawing;

    [Inject] public required DashboardPictures Pictures { get; set; }

    [Inject] public required PictureExports Exports { get; set; }

    [Inject] public required IJSRuntime Script { get; set; }

    [Inject] public required ILogger<DashboardPage> Log { get; set; }

    async Task ExportAsync(bool asPdf)
    {
        _more?.Close();
        if (_isDrawing || Grant is not { } grant || _dashboard is not { } dashboard)
        {
            return;
        }
        var filters = _filters;
        _isDrawing = true;
        StateHasChanged();
        var notice = notices.Add(asPdf ? "The PDF is being drawn. It is saved when it is ready." : "The picture is being drawn. It is saved when it is ready.", Severity.Info, options =>
        {
            (options.RequireInteraction, options.ShowCloseIcon) = (true, false);
        });
        try
        {
            var outcome = await Exports.RunAsync(
                grant.ProjectId, async stop => await (asPdf ? Pictures.PdfAsync(grant, dashboard, filters, stop) : Pictures.PngAsync(grant, dashboard, filters, stop)), _closing.Token);
            await outcome.Match(
                file => SaveAsync(file, dashboard.Name + (asPdf ? ".pdf" : ".png"), asPdf ? "application/pdf" : "image/png"),
                refusal =>
                {
                    notices.Add(refusal.Detail, Severity.Error);
                    return Task.CompletedTask;
                });
        }
        catch (Exception gone) when (gone is OperationCanceledException or JSDisconnectedException)
        {
            // The page is gone, and whoever wanted the file.
        }
        catch (Exception failure)
        {
            // The edge of an action: the page goes on without the file.
            NotDrawn(Log, failure, dashboard.Id);
            notices.Add("The file could not be made. Try again, or look into the server's log.", Severity.Error);
        }
        finally
        {
            _isDrawing = false;
            if (notice is not null)
            {
                notices.Remove(notice);
            }
        }
    }

    async Task SaveAsync(byte[] file, string name, string contentType)
    {
        await using var module = await Script.InvokeAsync<IJSObjectReference>("import", _closing.Token, "./_content/Prickle.Ui/Values/SaveButton.razor.js");
        using var content = new DotNetStreamReference(new MemoryStream(file));
        await module.InvokeVoidAsync("save", _closing.Token, name, contentType, content);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dashboard {Dashboard} could not be drawn")]
    static partial void NotDrawn(ILogger log, Exception failure, int dashboard);
}
