import KernelLog
import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine

/// Follows the module of every livepatch: klp_enable_patch takes a reference (try_module_get), and klp_free_patch_finish gives it
/// up when the patch was unpatched or replaced, never if it was forced (5.1 to 7.2). So the module can be freed only then.
struct ModuleReferences {
    private(set) var findings: [Finding] = []

    init(
        _ view: TraceView, _ observations: [Observation], _ timeline: StateTimeline, _ facts: Facts, crash: Int
    ) {
        guard !view.isLossy, view.showsEnds(observations) else { return }
        let pinned = Self.pinned(timeline)
        for (index, step) in view.steps.enumerated() {
            guard case .module(let change, let name) = step.kind, view.position(of: index) < crash else { continue }
            guard change == .free || (change == .put && Self.isOfLivepatch(step)) else { continue }
            let position = view.position(of: index)
            if let since = pinned[name], since.index < position {
                let fault = TraceFault.forcedModuleGivenUp(patch: name)
                findings.append(Finding(.forcedModuleStays, fault, at: view.citation(of: index), because: since))
            } else if Self.isInUse(name, timeline, at: position, facts),
                Self.isInUse(name, timeline, at: view.latestPosition(of: index, in: observations), facts)
            {
                let enabling = timeline.enabling(of: name, before: position)
                let fault = TraceFault.moduleGivenUp(patch: name)
                findings.append(Finding(.moduleStaysInUse, fault, at: view.citation(of: index), because: enabling))
            }
        }
    }

    /// True if livepatch gives up its reference: in klp_enable_patch that failed, or in klp_free_patch_work_fn, whose end a compiler
    /// makes a jump, so that process_one_work is named. (A graph tracer hides the caller, and a recorder that had only some of the
    /// kernel's symbols names the function that stands before the caller: any other name of livepatch is no evidence.)
    private static func isOfLivepatch(_ step: TracedStep) -> Bool {
        let site = step.record.fields.first { $0.name == "call_site" || $0.name == "ip" }
        guard case .text(let caller)? = site?.value else { return false }
        return givesUp.contains(caller)
    }

    private static let givesUp: Set<String> = [
        "klp_enable_patch", "__klp_enable_patch", "klp_free_patch_finish", "klp_free_patch_work_fn", "process_one_work",
    ]

    /// True if the livepatch is surely enabled or in transition: no later one may have replaced it unseen.
    private static func isInUse(
        _ patch: String, _ timeline: StateTimeline, at index: Int, _ facts: Facts
    ) -> Bool {
        guard let state = timeline.state(before: index), let entry = state.patch(patch),
            entry.isEnabled || state.isInTransition(patch)
        else { return false }
        let since = timeline.enabling(of: patch, before: index)?.index ?? -1
        return timeline.operations.allSatisfy { judged in
            guard case .completeTransition(let other)? = judged.operation, other != patch,
                let last = judged.observations.last, last.index > since, last.index < index,
                judged.stateAfter.patch(other)?.isEnabled == true
            else { return true }
            return facts.replace.replaces(other, load: facts.load(of: other, at: last.index)) == false
        }
    }

    /// The livepatches that a forced transition keeps for ever, and the line of klp_force_transition.
    private static func pinned(_ timeline: StateTimeline) -> [String: Observation] {
        var result: [String: Observation] = [:]
        for judged in timeline.operations where judged.operation == .force {
            guard let place = judged.observations.last else { continue }
            for patch in judged.stateAfter.patches where patch.isPinned && result[patch.name] == nil {
                result[patch.name] = place
            }
        }
        return result
    }
}

extension StateTimeline {
    /// The line that began the last enabling of the livepatch before an observation.
    func enabling(of patch: String, before index: Int) -> Observation? {
        operations.last { judged in
            guard case .enable(patch, _)? = judged.operation, let first = judged.observations.first else {
                return false
            }
            return first.index < index
        }?.observations.first
    }
}
