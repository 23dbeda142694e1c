using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Prickle.Ui.Charts;
using Prickle.Ui.Surfaces;
using Prickle.Ui.Values;

namespace Prickle.EndToEnd.Ui.Charts;

/// <summary>A part of the kit with sample figures, chosen by the address.</summary>
public sealed class Sample : ComponentBase
{
    Chart? chart;

    [Inject] public required NavigationManager Address { get; set; }

    [Inject] public required Heard Heard { get; set; }

    string Name => new Uri(Address.Uri).Segments[^1];

    protected override void OnAfterRender(bool firstRender) =>
        Heard.Png = async () =>
        {
            byte[] picture = [];
            await InvokeAsync(async () => picture = await chart!.GetPngAsync());
            return picture;
        };

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "main");
        builder.AddAttribute(1, "style", "padding:16px;max-width:1120px;margin:0 auto");
        builder.OpenComponent<Tile>(2);
        builder.AddAttribute(3, "ChildContent", (RenderFragment)(inside => Content(inside)));
        builder.CloseComponent();
        builder.CloseElement();
    }

    void Content(RenderTreeBuilder builder)
    {
        var state = Enum.TryParse<ChartState>(Name, ignoreCase: true, out var named) ? named : ChartState.Ready;
        builder.OpenComponent<ChartFrame>(0);
        builder.AddAttribute(1, "Title", Name switch { "funnel-across" or "funnel-down" => "Sign-up funnel", "retention" => "Retention", "number" => null, _ => Samples.All.GetValueOrDefault(Name)?.Title ?? "Visitors" });
        builder.AddAttribute(2, "State", state);
        builder.AddAttribute(3, "ComputedAt", (DateTimeOffset?)DateTimeOffset.UtcNow.AddMinutes(-2));
        builder.AddAttribute(4, "OnRefresh", EventCallback.Factory.Create(this, () => { }));
        builder.AddAttribute(5, "StartedAt", (DateTimeOffset?)DateTimeOffset.UtcNow.AddSeconds(-9));
        builder.AddAttribute(6, "Progress", new ChartProgress(12_400_000, 48_000_000));
        builder.AddAttribute(7, "OnCancel", EventCallback.Factory.Create(this, () => { }));
        builder.AddAttribute(8, "OnRetry", EventCallback.Factory.Create(this, () => { }));
        builder.AddAttribute(9, "EmptyTitle", "No sign-ups in these 30 days");
        builder.AddAttribute(10, "EmptyText", "No event “signed up” was captured between 1 and 30 March.");
        builder.AddAttribute(11, "Empty", (RenderFragment)(inside => inside.AddMarkupContent(0, """<button type="button" class="button">Look at the last 90 days</button>""")));
        builder.AddAttribute(12, "Failure", new ChartFailure("The question took too long", "It read more than the 60 seconds allow.", "Choose a shorter period or a sample.", "Code: 159. DB::Exception: Timeout exceeded: elapsed 60.1 seconds"));
        builder.AddAttribute(13, "ChildContent", (RenderFragment)(inside => Shown(inside)));
        builder.CloseComponent();
    }

    void Shown(RenderTreeBuilder builder)
    {
        if (Samples.All.TryGetValue(Name, out var data))
        {
            builder.OpenComponent<Chart>(0);
            builder.AddAttribute(1, "Data", data);
            builder.AddAttribute(2, "Height", data is MapChart ? 440 : 320);
            builder.AddAttribute(3, "OnPointSelected", EventCallback.Factory.Create<PointSelection>(this, Heard.Add));
            builder.AddAttribute(4, "OnRangeSelected", EventCallback.Factory.Create<RangeSelection>(this, Heard.Add));
            builder.AddAttribute(5, "OnAnnotationSelected", EventCallback.Factory.Create<IReadOnlyList<ChartAnnotation>>(this, Heard.Add));
            builder.AddComponentReferenceCapture(6, reference => chart = (Chart)reference);
            builder.CloseComponent();
        }
        else if (Name is "funnel-across" or "funnel-down" or "funnel-one")
        {
            builder.OpenComponent<FunnelBars>(10);
            builder.AddAttribute(11, "Data", Name == "funnel-one" ? Samples.Funnel with { Groups = [Samples.Funnel.Groups[0]] } : Samples.Funnel);
            builder.AddAttribute(12, "Direction", Name == "funnel-down" ? FunnelDirection.TopToBottom : FunnelDirection.LeftToRight);
            builder.AddAttribute(13, "OnSelected", EventCallback.Factory.Create<FunnelSelection>(this, Heard.Add));
            builder.CloseComponent();
        }
        else if (Name == "retention")
        {
            builder.OpenComponent<RetentionGrid>(20);
            builder.AddAttribute(21, "Data", Samples.Retention);
            builder.AddAttribute(22, "OnSelected", EventCallback.Factory.Create<RetentionSelection>(this, Heard.Add));
            builder.CloseComponent();
        }
        else if (Name == "number")
        {
            builder.OpenComponent<BigNumber>(30);
            builder.AddAttribute(31, "Label", "Error rate");
            builder.AddAttribute(32, "Value", (double?)0.0042);
            builder.AddAttribute(33, "Previous", (double?)0.0052);
            builder.AddAttribute(34, "Period", "the previous 30 days");
            builder.AddAttribute(35, "Format", ValueUnit.Share());
            builder.AddAttribute(36, "FewerIsBetter", true);
            builder.AddAttribute(37, "Trend", (IReadOnlyList<double>)[5, 7, 6, 5, 6, 4, 3, 4, 4, 3]);
            builder.CloseComponent();
        }
    }
}
