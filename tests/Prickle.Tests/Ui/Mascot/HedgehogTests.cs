using Bunit;
using Prickle.Ui.Mascot;

namespace Prickle.Tests.Ui.Mascot;

public sealed class HedgehogTests : KitTest
{
    [Fact]
    public void Every_mood_has_a_face_of_its_own()
    {
        var faces = Enum.GetValues<HedgehogMood>()
            .Select(mood => Render<Hedgehog>(parameters => parameters.Add(h => h.Mood, mood)).Find(".face").InnerHtml);
        faces.Distinct().Count().ShouldBe(5);
    }

    [Fact]
    public void Accessories_lie_in_their_slots_and_over_the_body()
    {
        var hedgehog = Render<Hedgehog>(parameters => parameters
            .Add(h => h.HeadSlot, "<circle id='hat' />").Add(h => h.BackSlot, "<circle id='cape' />"));
        hedgehog.Find("g.head").InnerHtml.ShouldContain("hat");
        hedgehog.Find("g.back").InnerHtml.ShouldContain("cape");
        string[] layers = [.. hedgehog.FindAll("svg > g").Select(layer => layer.ClassName!)];
        Array.IndexOf(layers, "back").ShouldBeLessThan(Array.IndexOf(layers, "body"));
        Array.IndexOf(layers, "head").ShouldBeGreaterThan(Array.IndexOf(layers, "spines"));
    }

    [Fact]
    public void It_is_decoration_unless_it_says_something()
    {
        Render<Hedgehog>().Find("svg").GetAttribute("aria-hidden").ShouldBe("true");
        var speaking = Render<Hedgehog>(parameters => parameters.Add(h => h.Label, "Waiting")).Find("svg");
        speaking.GetAttribute("role").ShouldBe("img");
        speaking.HasAttribute("aria-hidden").ShouldBeFalse();
    }
}
