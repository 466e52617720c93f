import Livepatch

/// The callbacks of one object of one livepatch, and in which order they may come.
///
///     unprepared --pre_patch--> prepared --post_patch--> patched --pre_unpatch--> prepared --post_unpatch--> unprepared
///
/// A callback that the object does not define is passed over in silence, so that the object may be at several positions.
struct ObjectCallbacks: Hashable, Sendable {
    /// A set of positions, one bit each.
    typealias Positions = UInt8
    static let unprepared: Positions = 1
    static let prepared: Positions = 2
    static let patched: Positions = 4

    /// The livepatch.
    let patch: String
    /// The object.
    let object: String
    /// The callbacks that it does not define.
    private let silent: [CallbackKind]

    init(patch: String, object: String, kinds: Set<CallbackKind>) {
        self.patch = patch
        self.object = object
        silent = CallbackKind.allCases.filter { !kinds.contains($0) }
    }

    /// Those of all livepatches, in a fixed order. An object that a livepatch names twice is its first.
    static func all(in manifest: Manifest) -> [ObjectCallbacks] {
        manifest.livepatches.values.sorted { $0.name < $1.name }.flatMap { livepatch in
            var names: Set<String> = []
            return livepatch.objects.filter { !$0.callbacks.isEmpty && names.insert($0.name).inserted }
                .map { ObjectCallbacks(patch: livepatch.name, object: $0.name, kinds: $0.callbacks) }
        }
    }

    /// Where the object may be once a callback ran; none if it must not have run.
    func positions(after kind: CallbackKind, from positions: Positions) -> Positions {
        closure(of: Self.move(positions, kind))
    }

    /// The positions, and those that can be come to in silence.
    func closure(of positions: Positions) -> Positions {
        var result = positions
        // Three positions: two moves lead from any to any.
        for _ in 0..<2 {
            for kind in silent { result |= Self.move(result, kind) }
        }
        return result
    }

    private static func move(_ positions: Positions, _ kind: CallbackKind) -> Positions {
        let (from, to) =
            switch kind {
            case .prePatch: (unprepared, prepared)
            case .postPatch: (prepared, patched)
            case .preUnpatch: (patched, prepared)
            case .postUnpatch: (prepared, unprepared)
            }
        return positions & from == 0 ? 0 : to
    }
}
