using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace Prickle.Tests.Ui;

/// <summary>Renders parts of the kit, at a time that stands still.</summary>
public abstract class KitTest : BunitContext
{
    protected static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected KitTest()
    {
        Services.AddSingleton<TimeProvider>(Time);
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    protected FakeTimeProvider Time { get; } = new(Now);
}
