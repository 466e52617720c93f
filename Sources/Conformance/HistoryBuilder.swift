import KernelLog
import Livepatch
import Reconstruction
import ReferenceEngine

/// Follows every livepatch through the judged operations.
struct HistoryBuilder {
    private var histories: [String: LivepatchHistory] = [:]
    private var order: [String] = []
    private var running: (patch: String, transition: TransitionHistory)?
    private let analysis: Analysis
    private let blockers: Blockers

    /// The histories, in the order in which the livepatches appear.
    static func histories(of analysis: Analysis) -> [LivepatchHistory] {
        var builder = HistoryBuilder(analysis: analysis)
        for judged in analysis.operations { builder.take(judged) }
        builder.finishTransition(nil)
        builder.takeRefusals()
        return builder.order.compactMap { builder.histories[$0] }
    }

    private init(analysis: Analysis) {
        self.analysis = analysis
        blockers = Blockers(observations: analysis.observations, views: analysis.traceViews)
    }

    private mutating func take(_ judged: JudgedOperation) {
        switch judged.operation {
        case .enable(let patch, let outcome): enable(patch, outcome, judged)
        case .disable(let patch): begin(patch, .unpatching, judged)
        case .reverse(let patch): reverse(patch, judged)
        case .completeTransition(let patch): complete(patch, judged)
        case .signal: running?.transition.signal = judged.observations.first
        case .force: running?.transition.force = judged.observations.first
        case .refuseEnable(let patch):
            change(patch) { if case .unknown = $0.status { $0.status = .refused(judged.observations.first) } }
        case .refuseDisable, .moduleComing, .moduleGoing, .shadow, nil: break
        }
        for observation in judged.observations where observation.event.message.isCallback {
            if let patch = observation.event.patch, histories[patch] != nil || judged.operation != nil {
                change(patch) { $0.callbackCount += 1 }
            }
        }
        for assumption in judged.assumptions {
            if case .replaced(let patch) = assumption { replace(patch, judged) }
            if case .enabledBefore(let patch) = assumption, case .unknown? = histories[patch]?.status {
                change(patch) { $0.status = .enabled(since: nil) }
            }
        }
    }

    /// Nothing tells of the replacement but that the other patch no longer shares a state.
    private mutating func replace(_ patch: String, _ judged: JudgedOperation) {
        guard let by = judged.observations.lazy.compactMap(\.event.patch).first, by != patch,
            case .enabled? = histories[patch]?.status
        else { return }
        let end = histories[by]?.transitions.last { $0.direction == .patching }?.end
        change(patch) { $0.status = .replaced(by: by, at: end ?? judged.observations.first) }
    }

    private mutating func enable(_ patch: String, _ outcome: EnableOutcome, _ judged: JudgedOperation) {
        change(patch) { $0.enableCount += judged.isLost ? 0 : 1 }
        guard outcome == .started else {
            let cause =
                judged.observations.first { $0.event.message.isCauseOfFailure }
                ?? judged.observations.last {
                    StateFacts.Owner($0.event).map { outcome == .setupFailed(state: $0.id) } == true
                }
                ?? judged.observations.first
            return change(patch) { $0.status = .refused(cause) }
        }
        if judged.stateAfter.transition == nil {
            return change(patch) { $0.status = .enabled(since: judged.observations.first) }
        }
        begin(patch, .patching, judged)
    }

    private mutating func begin(_ patch: String, _ direction: Direction, _ judged: JudgedOperation) {
        finishTransition(nil)
        guard judged.stateAfter.transition != nil else {
            return change(patch) { $0.status = .disabled(by: judged.observations.last) }
        }
        let start = judged.observations.last { $0.event.message == .starting } ?? judged.observations.last
        running = (patch, TransitionHistory(direction: direction, start: start))
        running?.transition.preparation = judged.observations.first { $0.event.message == .initializing }
        change(patch) { $0.status = .inTransition(direction, since: start) }
    }

    private mutating func reverse(_ patch: String, _ judged: JudgedOperation) {
        let direction = judged.stateAfter.transition?.direction ?? .unpatching
        if running?.patch != patch {
            running = (patch, TransitionHistory(direction: direction, start: nil))
        }
        running?.transition.reversals += 1
        running?.transition.direction = direction
        let since = judged.observations.last
        change(patch) { $0.status = .inTransition(direction, since: since) }
    }

    private mutating func complete(_ patch: String, _ judged: JudgedOperation) {
        let isEnabled = judged.stateAfter.patch(patch)?.isEnabled == true
        if running?.patch != patch {
            let direction: Direction = isEnabled ? .patching : .unpatching
            running = (patch, TransitionHistory(direction: direction, start: nil))
        }
        if judged.stateAfter.isInTransition(patch) {
            let direction = judged.stateAfter.transition?.direction ?? .patching
            return change(patch) {
                $0.status = .inTransition(direction, since: $0.transitionStart ?? judged.observations.first)
            }
        }
        let end = judged.observations.last { $0.event.message == .complete }
        running?.transition.completion = judged.observations.first { $0.event.message == .completing }
        finishTransition(end ?? judged.observations.last)
        let last = judged.observations.last
        change(patch) { $0.status = isEnabled ? .enabled(since: last) : .disabled(by: last) }
        guard isEnabled else { return }
        for other in order where other != patch && judged.stateAfter.patch(other) == nil {
            if case .enabled? = histories[other]?.status {
                change(other) { $0.status = .replaced(by: patch, at: last) }
            }
        }
    }

    private mutating func finishTransition(_ end: Observation?) {
        guard let patch = running?.patch, var transition = running?.transition else { return }
        transition.end = end
        transition.blockers = blockers.between(transition.start, end)
        followTasks(&transition, to: end)
        change(patch) { $0.transitions.append(transition) }
        running = nil
    }

    /// What the traces show of the tasks meanwhile: the trace that shows most counts, for several may show the same.
    private func followTasks(_ transition: inout TransitionHistory, to end: Observation?) {
        guard let start = transition.start else { return }
        for view in analysis.traceViews {
            let steps = view.steps(from: start.index, to: end?.index ?? Int.max)
            let rounds = steps.count { $0.isEntry(of: "klp_try_complete_transition") }
            let switches = steps.filter { step in
                (step.isEntry(of: "klp_update_patch_state") || step.isSwitchInSchedule) && step.record.task != nil
            }
            let tasks = Set(switches.compactMap(\.record.task?.pid))
            if let last = switches.last, let task = last.record.task, transition.force == nil {
                transition.lastSwitched = SelfSwitch(
                    task: task.designation, place: LogRecord(last.record, offset: view.offset))
            }
            if rounds > 0 { transition.rounds = max(rounds, transition.rounds ?? 0) }
            if !tasks.isEmpty, transition.force == nil {
                transition.selfSwitched = max(tasks.count, transition.selfSwitched ?? 0)
            }
        }
        // A log may go on behind the trace: whoever was refused in so many rounds was refused in as many.
        transition.rounds = transition.rounds.map { rounds in
            transition.blockers.reduce(rounds) { max($0, $1.count) }
        }
    }

    /// A patch that was refused before `enabling patch` is known by the operator's command alone.
    private mutating func takeRefusals() {
        for name in order {
            guard case .enabled(let since)? = histories[name]?.status else { continue }
            let later = analysis.finalState.patches.drop { $0.name != name }.dropFirst()
                .filter { $0.isEnabled && analysis.manifest.livepatches[$0.name]?.replaces == nil }
                .map(\.name)
            guard !later.isEmpty, analysis.generations.contains(where: { $0.policies.replace == .atomic }) else {
                continue
            }
            change(name) { $0.status = .enabledOrReplaced(by: Array(later), since: since) }
        }
    }

    private mutating func change(_ patch: String, _ change: (inout LivepatchHistory) -> Void) {
        guard !patch.isEmpty else { return }
        if histories[patch] == nil { order.append(patch) }
        let new = LivepatchHistory(
            name: patch, status: .unknown, transitions: [], enableCount: 0, callbackCount: 0,
            replaces: analysis.manifest.livepatches[patch]?.replaces)
        change(&histories[patch, default: new])
    }
}

extension Livepatch.MessageID {

    /// Lines that say why an enable failed.
    var isCauseOfFailure: Bool {
        switch self {
        case .prePatchFailed, .patchObjectFailed, .initializeFailed, .applyFailed: true
        default: false
        }
    }
}
