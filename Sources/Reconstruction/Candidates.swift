import Livepatch

extension Section {
    /// Every operation that could have printed the section, most likely first.
    ///
    /// - Parameter objects: the objects that a patch is known to have, in order.
    public func candidates(objects: (String) -> [String]) -> [Operation] {
        switch kind {
        case .enabling(let patch): names(patch).flatMap { enabling($0, objects($0)) }
        case .disabling(let patch): names(patch).flatMap { [.disable(patch: $0), .reverse(patch: $0)] }
        case .reversing(let patch): names(patch).map { .reverse(patch: $0) }
        case .starting(let patch, .patching):
            [.enable(patch: patch, outcome: .started), .reverse(patch: patch)]
        case .starting(let patch, .unpatching): [.disable(patch: patch), .reverse(patch: patch)]
        case .completing(let patch, _): names(patch).map { .completeTransition(patch: $0) }
        case .coming(let module): modules(module).flatMap(coming)
        case .going(let module): modules(module).map { .moduleGoing(module: $0) }
        case .single: single
        }
    }

    /// The section's patch and every other that its lines name: one of them may bear a wrong name.
    private func names(_ patch: String) -> [String] { ([patch] + events.compactMap(\.patch)).uniqued() }

    private func modules(_ module: String) -> [String] {
        ([module] + events.filter { $0.message == .callback }.compactMap(\.object)).uniqued()
            .filter { $0 != Event.vmlinux }
    }

    private func enabling(_ patch: String, _ objects: [String]) -> [Operation] {
        var outcomes: [EnableOutcome] = [.started]
        if has(.prePatchFailed) || has(.patchObjectFailed) || has(.enableFailed) || has(.canceling) {
            let named = observations.filter {
                $0.event.message == .prePatchFailed || $0.event.message == .patchObjectFailed
            }
            .compactMap(\.event.object)
            for object in objects + named.filter({ !objects.contains($0) }) {
                outcomes += [.prePatchFailed(object: object), .patchObjectFailed(object: object)]
            }
            outcomes += setUp(by: patch).map { .setupFailed(state: $0) }
            outcomes.append(.failed)
        }
        return outcomes.map { .enable(patch: patch, outcome: $0) } + [.reverse(patch: patch)]
    }

    /// The states of which the patch's pre_patch (setup) callback was seen, the last first: most likely it failed.
    private func setUp(by patch: String) -> [UInt] {
        events.filter { $0.message == .stateCallback && $0.patch == patch && $0.callback == .prePatch }
            .compactMap(\.number).compactMap { UInt(exactly: $0) }.uniqued().reversed()
    }

    private func coming(_ module: String) -> [Operation] {
        let patches = observations.compactMap(\.event.patch).uniqued()
        let failures = patches.flatMap { patch -> [ComingOutcome] in
            [.prePatchFailed(patch: patch), .applyFailed(patch: patch), .initializeFailed(patch: patch)]
        }
        let mayHaveFailed =
            has(.refusing) || has(.prePatchFailed) || has(.applyFailed) || has(.initializeFailed) || has(.reverting)
        return ([.applied] + (mayHaveFailed ? failures : [])).map { .moduleComing(module: module, outcome: $0) }
    }

    private var single: [Operation] {
        guard let event = events.first else { return [] }
        let patch = event.patch ?? ""
        switch event.message {
        case .disabling: return [.disable(patch: patch)]
        case .signaling: return [.signal]
        case .forcing: return [.force]
        case .incompatible: return [.refuseEnable(patch: patch)]
        case .disableBlocked: return [.refuseDisable(patch: patch)]
        default: return []
        }
    }
}

extension Array where Element: Hashable {
    /// The elements without repetitions, in the order of their first occurrence.
    func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
