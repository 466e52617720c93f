/// A generation of the livepatch subsystem: a name, and a value for each policy. Each is one row of the table below.
///
/// The first kernel of a generation names it, and its last kernels are what is modelled where the two differ:
///
/// - `linux-4.0` is 4.6 to 4.11: a coming module can be refused, and the oldest patch comes first.
/// - `linux-4.16` is 4.18 to 5.0: shadow variables have constructors.
/// - `linux-5.5` is 6.1 and later, as run: force pins what is left behind (5.10 still pins every patch), and a refused module is
///   forgotten. Before that, and certainly until 5.4, klp_object.mod of a refused module stays set, so that a patch in
///   transition runs post_patch for it at its completion; no row of the table says so yet.
///
/// A proposal is a design that was posted and not taken. It is named by its subject and year, and prints what the kernel prints that
/// it was written for, besides lines of its own.
public struct Generation: RawRepresentable, Hashable, Sendable, Comparable, CaseIterable {
    /// Its name: `linux-5.5`, `replace-set-2026`.
    public let rawValue: String
    /// What distinguishes it.
    public let policies: Policies
    /// The names of the generations that a proposal was written for, the released one last; empty if it is released itself.
    private let lineage: [String]

    // MARK: The table

    /// Immediate switch by ftrace, no transition (up to 4.11).
    public static let linux40 = Generation("linux-4.0", .first)
    /// Per-task consistency (4.12 to 4.14).
    public static let linux412 = linux40.next("linux-4.12") {
        $0.consistency = .perTask
    }
    /// Callbacks of objects, shadow variables (4.15).
    public static let linux415 = linux412.next("linux-4.15") {
        $0.completionNotice = .afterCallbacks
        $0.callbackOwner = .objects
        $0.shadowVariables = .copiesData
    }
    /// `signal` and `force` (4.16 to 5.0).
    public static let linux416 = linux415.next("linux-4.16") {
        $0.signals = .manual
        $0.forcePins = .everyPatchFromThenOn
        // Since 4.18.
        $0.shadowVariables = .constructors
    }
    /// Registration and stack order gone, atomic replace, automatic signals (5.1 to 5.4).
    public static let linux51 = linux416.next("linux-5.1") {
        $0.stackOrder = .free
        $0.disabledPatch = .isFreed
        $0.replace = .atomic
        $0.signals = .automatic
        $0.forcePins = .everyPatch
    }
    /// Versioned states (5.5 and all kernels since).
    public static let linux55 = linux51.next("linux-5.5") {
        $0.stateCompatibility = .versions
        // As 6.1 does; 5.10 still pins every patch.
        $0.forcePins = .patchesLeftBehind
        $0.ftraceSwitch = .respected
    }
    /// No order of patches: registration enables, to disable is to unregister, a transition is turned round through its own file
    /// (a discussion of April 2018, which takes atomic replace for granted).
    public static let stackless2018 = linux416.proposal("stackless-2018") {
        $0.stackOrder = .free
        $0.disabledPatch = .isFreed
        $0.replace = .atomic
        $0.operatorFiles = .unregisterAndTransition
    }
    /// The same, and only a patch that replaces may patch a function that is patched already: then the order has no meaning at all.
    public static let stacklessStrict2018 = stackless2018.proposal("stackless-strict-2018") {
        $0.touchedFunctions = .areRefused
    }
    /// Features: what a patch changes beyond its functions has an id and a version, is allocated and freed by callbacks, and decides
    /// which cumulative patch may follow (a discussion of February 2019).
    public static let features2019 = linux51.proposal("features-2019") {
        $0.stateCompatibility = .currentFeatures
    }
    /// Types of shadow variables are registered for as long as an object that uses them is patched, and the last user's end frees the
    /// variables (patches of October 2022, v2).
    public static let shadowTypes2022 = linux55.proposal("shadow-types-2022") {
        $0.shadowOwner = .registeredTypes
    }
    /// Callbacks of states instead of objects: setup, enable, disable, release; shadow variables bound to states (POC of
    /// November 2023).
    public static let states2023 = linux55.proposal("states-2023") {
        $0.callbackOwner = .states
        $0.stateCompatibility = .blockedStates
        $0.reversedReplace = .leavesStatesDisabled
        $0.failedStates = .areReleasedAtOnce
        $0.shadowOwner = .anyState
    }
    /// The same under the old names, pre_patch to post_unpatch; a reversed replace is undone (patches of January 2025, v1).
    public static let states2025 = linux55.proposal("states-2025") {
        $0.callbackOwner = .states
        $0.stateCompatibility = .blockedStates
        $0.reversedReplace = .enablesStatesAgain
        $0.failedStates = .areReleasedWhenCancelled
        $0.shadowOwner = .preparedState
    }
    /// A patch replaces those of its own set (RFC of May 2026: klp_patch.replace_set).
    public static let replaceSet2026 = linux55.proposal("replace-set-2026") {
        $0.replace = .withinSet
    }

    /// Those of released kernels, oldest first.
    public static let released = [linux40, linux412, linux415, linux416, linux51, linux55]
    /// Designs that were posted, oldest first.
    public static let proposals = [
        stackless2018, stacklessStrict2018, features2019, shadowTypes2022, states2023, states2025, replaceSet2026,
    ]
    /// All of them, the released ones first.
    public static let allCases = released + proposals

    // MARK: Making one

    private init(_ name: String, _ policies: Policies, lineage: [String] = []) {
        rawValue = name
        self.policies = policies
        self.lineage = lineage
    }

    /// The generation of that name; nil if the table has none.
    public init?(rawValue: String) {
        guard let known = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = known
    }

    private func next(_ name: String, _ change: (inout Policies) -> Void) -> Generation {
        Generation(name, policies.but(change))
    }

    /// A design that is written for this generation and changes some of its policies.
    public func proposal(_ name: String, _ change: (inout Policies) -> Void) -> Generation {
        Generation(name, policies.but(change), lineage: [rawValue] + lineage)
    }

    // MARK: Comparing

    /// The released generation that it was written for; itself if it is released.
    public var kernel: Generation { Self.released.first { $0.rawValue == lineage.last } ?? self }
    /// True for a design that was not taken.
    public var isProposal: Bool { !lineage.isEmpty }
    /// True if a log shows by its lines that the kernel is of it: released ones, and those whose states have callbacks.
    public var isToldByLines: Bool { !isProposal || GenerationSet.withStateCallbacks.contains(self) }
    /// True if it was written for the other one.
    func descends(from other: Generation) -> Bool { lineage.contains(other.rawValue) }

    /// Older first, proposals after all that was released.
    public static func < (left: Generation, right: Generation) -> Bool { left.order < right.order }

    private var order: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// True if they have the same name.
    public static func == (left: Generation, right: Generation) -> Bool { left.rawValue == right.rawValue }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

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

/// A set of generations, as the catalogue and the rules use it. A proposal belongs to it with the released generation that it was
/// written for.
public struct GenerationSet: Hashable, Sendable {
    /// The members, oldest first; proposals that belong to it with another are not among them.
    public let members: [Generation]

    /// Puts a `GenerationSet` together from its parts.
    public init(_ members: some Sequence<Generation>) { self.members = Set(members).sorted() }

    /// Every generation.
    public static let all = GenerationSet(Generation.released)
    /// This released generation and all later ones.
    public static func since(_ first: Generation) -> GenerationSet {
        GenerationSet(Generation.released.filter { $0 >= first })
    }
    /// All released generations before this one.
    public static func before(_ end: Generation) -> GenerationSet {
        GenerationSet(Generation.released.filter { $0 < end })
    }
    /// One generation alone.
    public static func only(_ generation: Generation) -> GenerationSet { GenerationSet([generation]) }
    /// Those that give callbacks to states.
    public static let withStateCallbacks = GenerationSet([.states2023, .states2025])
    /// These and one more.
    public func and(_ generation: Generation) -> GenerationSet { GenerationSet(members + [generation]) }

    /// True if the generation is a member, or was written for one.
    public func contains(_ generation: Generation) -> Bool {
        members.contains { $0 == generation || generation.descends(from: $0) }
    }
    /// The members of both.
    public func intersection(_ other: GenerationSet) -> GenerationSet {
        GenerationSet(members.filter(other.contains))
    }
    /// True if there is no member.
    public var isEmpty: Bool { members.isEmpty }
}
