using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Prickle.Accounts;

namespace Prickle.Shell.Layout;

/// <summary>
/// The frame of the application. Finds the project of the address and cascades it, with its time zone, to every page:
/// a page below it has a <see cref="ProjectGrant"/>, or is not shown.
/// </summary>
public sealed partial class MainLayout(ProjectAccess access, IEnumerable<IFrameAttributes> sources, NavigationManager navigation) : IDisposable
{
    readonly CancellationTokenSource _closing = new();
    ErrorBoundary? _boundary;
    IReadOnlyList<ProjectGrant> _projects = [];
    ProjectGrant? _project;
    TimeZoneInfo _zone = TimeZoneInfo.Utc;
    Dictionary<string, object> _attributes = [];
    Actor? _actor;
    bool _isHidden;
    bool _isReady;

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    /// <summary>Null when the page has come to life in the browser.</summary>
    [CascadingParameter] public HttpContext? Reply { get; set; }

    protected override async Task OnInitializedAsync()
    {
        navigation.LocationChanged += OnLocationChanged;
        _actor = Actor.From((await Authentication).User);
        foreach (var source in sources)
        {
            source.Changed += OnAttributesChanged;
        }
        await FindProjectAsync();
        await ReadAttributesAsync();
        _isReady = true;
    }

    void OnLocationChanged(object? sender, LocationChangedEventArgs arguments)
    {
        // A page that failed must not keep the next one from showing.
        _boundary?.Recover();
        _ = InvokeAsync(async () =>
        {
            await FindProjectAsync();
            StateHasChanged();
        });
    }

    void OnAttributesChanged(Guid userId)
    {
        if (userId == _actor?.UserId)
        {
            _ = InvokeAsync(async () =>
            {
                await ReadAttributesAsync();
                StateHasChanged();
            });
        }
    }

    async Task ReadAttributesAsync()
    {
        var attributes = new Dictionary<string, object>();
        if (_actor is { } actor)
        {
            foreach (var source in sources)
            {
                foreach (var (name, value) in await source.OfAsync(actor, _closing.Token))
                {
                    attributes[name] = value;
                }
            }
        }
        _attributes = attributes;
    }

    async Task FindProjectAsync()
    {
        var wanted = ProjectAddress.ProjectOf(navigation.ToBaseRelativePath(navigation.Uri));
        if (_actor is null || (_project is not null && (wanted is null || wanted == _project.ProjectId)))
        {
            _isHidden = false;
            return;
        }
        _projects = await access.ListAsync(_actor, _closing.Token);
        var found = wanted is { } id
            ? _projects.FirstOrDefault(project => project.ProjectId == id)
            : await access.FindAsync(_actor, ProjectAccess.Current, _closing.Token);
        _isHidden = wanted is not null && found is null;
        if (_isHidden && Reply is { Response.HasStarted: false } reply)
        {
            reply.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        if (found is null)
        {
            return;
        }
        (_project, _zone) = (found, found.Project.Zone);
        if (wanted is not null && RendererInfo.IsInteractive)
        {
            await access.SwitchAsync(_actor, found.ProjectId, _closing.Token);
        }
    }

    public void Dispose()
    {
        navigation.LocationChanged -= OnLocationChanged;
        foreach (var source in sources)
        {
            source.Changed -= OnAttributesChanged;
        }
        _closing.Cancel();
        _closing.Dispose();
    }
}
