/// What a trace shows of the calls about shadow variables.
public struct TracedShadowUse: Hashable, Sendable {
    /// The trace's number among the sources that the user named.
    public var source: Int
    /// How many calls there are in it.
    public var calls = 0
    /// How many could be held against what was known before.
    public var verified = 0
    /// How many variables were created, as far as results tell.
    public var created = 0
    /// How many variables were freed, as far as the trace tells.
    public var freed = 0
    /// How many are known to be there at the end; nil if the trace lost something or contradicts the model.
    public var left: Int?

    init(source: Int) { self.source = source }
}
