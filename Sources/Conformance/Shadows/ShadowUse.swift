/// What one module did with shadow variables, as far as its lines tell.
public struct ShadowUse: Hashable, Sendable {
    /// The module.
    public var caller: String
    /// How many calls its lines tell of.
    public var calls = 0
    /// How many variables it created.
    public var created = 0
    /// How many variables it freed.
    public var freed = 0
    /// How many of those it created are still there at the end; nil if lines are missing or contradict each other.
    public var left: Int? = 0
    /// How many calls could be held against what was known before, or against the lines that belong to them.
    public var verified = 0

    init(caller: String) { self.caller = caller }
}
