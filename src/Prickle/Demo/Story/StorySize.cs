namespace Prickle.Demo.Story;

/// <summary>How large the story is.</summary>
/// <param name="Seed">The same seed and end give the same story.</param>
/// <param name="Days">How long it lasts.</param>
/// <param name="People">How many people come in it.</param>
/// <param name="Companies">How many of the customers are companies; 100 at most, for there are no more names.</param>
sealed record StorySize(int Seed = 20, int Days = 90, int People = 2000, int Companies = 50);
