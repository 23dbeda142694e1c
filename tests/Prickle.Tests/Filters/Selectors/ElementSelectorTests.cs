using Prickle.Events;
using Prickle.Filters.Selectors;

namespace Prickle.Tests.Filters.Selectors;

public sealed class ElementSelectorTests
{
    // A click on the text of a button, in a form, in the body.
    const string Click =
        """span:nth-child="1"nth-of-type="1"text="Pay";button.btn.btn-pay:attr__class="btn btn-pay"attr__data-plan="pro-year"attr__id="pay"attr_id="pay"nth-child="2"nth-of-type="1";form.w-1.5:attr__class="w-1.5"attr__action="/buy"nth-child="3"nth-of-type="1";body:nth-child="2"nth-of-type="1" """;

    static readonly IReadOnlyList<Element> Elements = Element.ParseChain(Click.Trim());

    [Theory]
    [InlineData("span")]
    [InlineData(".btn-pay")]
    [InlineData("button.btn-pay.btn")]
    [InlineData("#pay")]
    [InlineData("button[data-plan]")]
    [InlineData("[data-plan='pro-year']")]
    [InlineData("[data-plan|=pro]")]
    [InlineData("[data-plan^=pro]")]
    [InlineData("[data-plan$=year]")]
    [InlineData("[data-plan*='o-y']")]
    [InlineData("[class~=btn]")]
    [InlineData("form span")]
    [InlineData("form > button > span")]
    [InlineData("body button")]
    [InlineData("form > *")]
    [InlineData("button:nth-child(2)")]
    [InlineData("button:first-of-type")]
    [InlineData("a, .missing, #pay")]
    [InlineData(@".w-1\.5")]
    public void A_selector_that_fits_the_clicked_element_or_one_around_it_is_found(string selector) => Fits(selector).ShouldBeTrue();

    [Theory]
    [InlineData("a")]
    [InlineData(".btn-p")]
    [InlineData("body > button")]
    [InlineData("span button")]
    [InlineData("button:nth-child(1)")]
    [InlineData("[data-plan=pro]")]
    [InlineData("[data-plan^='']")]
    [InlineData("form.btn")]
    public void A_selector_that_fits_nothing_is_not_found(string selector) => Fits(selector).ShouldBeFalse();

    [Theory]
    [InlineData("", "is not a CSS selector")]
    [InlineData("button[", "is not a CSS selector")]
    [InlineData("label + button", "only the clicked element and those around it are kept")]
    [InlineData("label ~ button", "only the clicked element and those around it are kept")]
    [InlineData("button:hover", ":hover cannot be asked of a stored click")]
    [InlineData("li:nth-child(2n+1)", "with one number")]
    [InlineData("li:nth-last-child(1)", "with one number")]
    [InlineData("p::before", "not an element that can be clicked")]
    [InlineData("a[href='/x' i]", "with their case")]
    [InlineData("a[href^='/a'][href$='.pdf']", "Only one condition on the same attribute")]
    [InlineData(".a.b.c.d.e", "4 classes at most")]
    [InlineData("a a a a a a a a a", "8 elements deep")]
    public void What_a_chain_cannot_answer_is_refused_in_words(string selector, string words)
    {
        ElementSelector.TryParse(selector, out _, out var problem).ShouldBeFalse();
        problem!.ShouldContain(words);
    }

    static bool Fits(string selector)
    {
        ElementSelector.TryParse(selector, out var parsed, out var problem).ShouldBeTrue(problem);
        return SelectorMatcher.Fits(parsed!, Elements);
    }
}
