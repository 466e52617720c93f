/// A generation of the livepatch subsystem: a name and a value for each policy.
///
/// The first kernel of a generation names it, and its last kernels are what is modelled where the two differ:
///
/// - `linux-4.0` is 4.6 to 4.11: a coming module can be refused, and the oldest patch comes first.
/// - `linux-4.16` is 4.18 to 5.0: shadow variables have constructors.
/// - `linux-5.5` is 6.1 and later, as run: force pins what is left behind (5.10 still pins every patch), and a refused module is
///   forgotten. Before that, and certainly until 5.4, klp_object.mod of a refused module stays set, so that a patch in
///   transition runs post_patch for it at its completion; no row of the table says so yet.
public enum Generation: String, Hashable, Sendable, CaseIterable, Comparable {
    /// Immediate switch by ftrace, no transition (up to 4.11).
    case linux40 = "linux-4.0"
    /// Per-task consistency (4.12 to 4.14).
    case linux412 = "linux-4.12"
    /// Callbacks of objects, shadow variables (4.15).
    case linux415 = "linux-4.15"
    /// `signal` and `force` (4.16 to 5.0).
    case linux416 = "linux-4.16"
    /// Registration and stack order gone, atomic replace, automatic signals (5.1 to 5.4).
    case linux51 = "linux-5.1"
    /// Versioned states (5.5 and all kernels since).
    case linux55 = "linux-5.5"

    /// Older first.
    public static func < (left: Generation, right: Generation) -> Bool { left.order < right.order }

    var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The generation of a released kernel by its version number.
    public init(major: Int, minor: Int) {
        switch (major, minor) {
        case (..<4, _), (4, ..<12): self = .linux40
        case (4, ..<15): self = .linux412
        case (4, 15): self = .linux415
        case (4, _), (5, 0): self = .linux416
        case (5, ..<5): self = .linux51
        default: self = .linux55
        }
    }
}

/// A set of generations, as the catalogue and the rules use it.
public struct GenerationSet: Hashable, Sendable {
    /// The members, oldest first.
    public let members: [Generation]

    /// Puts a `GenerationSet` together from its parts.
    public init(_ members: some Sequence<Generation>) { self.members = Set(members).sorted() }

    /// Every generation.
    public static let all = GenerationSet(Generation.allCases)
    /// This generation and all later ones.
    public static func since(_ first: Generation) -> GenerationSet {
        GenerationSet(Generation.allCases.filter { $0 >= first })
    }
    /// All generations before this one.
    public static func before(_ end: Generation) -> GenerationSet {
        GenerationSet(Generation.allCases.filter { $0 < end })
    }
    /// One generation alone.
    public static func only(_ generation: Generation) -> GenerationSet { GenerationSet([generation]) }

    /// True if the generation is a member.
    public func contains(_ generation: Generation) -> Bool { members.contains(generation) }
    /// The members of both.
    public func intersection(_ other: GenerationSet) -> GenerationSet {
        GenerationSet(members.filter(other.contains))
    }
    /// True if there is no member.
    public var isEmpty: Bool { members.isEmpty }
}
