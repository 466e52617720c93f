import Livepatch
import LivepatchTrace
import Reconstruction
import ReferenceEngine

/// A system call about a module that failed, which prints nothing.
public struct RefusedModuleCall: Hashable, Sendable {
    /// `delete_module`, `finit_module` or `init_module`.
    public var call: String
    /// The module, if the trace tells it.
    public var module: String?
    /// The errno, negative.
    public var errno: Int
    /// Who called, `comm:pid`.
    public var task: String
    /// The return.
    public var place: Observation
    /// The livepatches that were enabled or in transition, whose modules cannot be removed.
    public var inUse: [String]
}

/// Holds what the module loader returns to user space against what livepatch told it.
///
/// A module that klp_module_coming refuses is not loaded (prepare_coming_module, 4.6 to 7.2). A livepatch whose klp_enable_patch
/// failed should not stay loaded: its init function hands the errno on.
struct ModuleCalls {
    private(set) var findings: [Finding] = []
    private(set) var refusals: [RefusedModuleCall] = []

    /// A system call that a task is in.
    private struct Call {
        let name: String
        let entry: Int
        var module: String?
        /// The modules that were loaded within, each with its step.
        var loaded: [(module: String, step: Int)] = []
        /// What functions of livepatch returned within that was not 0, and the module or livepatch that they were about.
        var failures: [(function: String, name: String?, errno: Int, step: Int)] = []
        /// What the function of livepatch that is running is about.
        var subject: String?
    }

    /// -EWOULDBLOCK, -EBUSY.
    private static let inUse = [-11, -16]

    private static let names: Set<String> = ["finit_module", "init_module", "delete_module"]

    init(
        _ view: TraceView, _ observations: [Observation], _ timeline: StateTimeline, livepatches: Set<String>,
        crash: Int
    ) {
        // Of two calls with the end of one and the beginning of the other lost one would be made.
        guard !view.isLossy else { return }
        var open: [Int: Call] = [:]
        for (index, step) in view.steps.enumerated() where view.position(of: index) <= crash {
            guard let task = step.record.task else { continue }
            switch step.kind {
            case .systemCall(let name, isExit: false) where Self.names.contains(name):
                open[task.pid] = Call(name: name, entry: index, module: step.arguments.module)
            case .systemCall(let name, isExit: true):
                guard let call = open.removeValue(forKey: task.pid), call.name == name,
                    let result = step.arguments.result.map(TraceView.errno)
                else { continue }
                end(call, result, at: index, view, observations, timeline, livepatches)
            case .module(.load, let module):
                open[task.pid]?.module = module
                open[task.pid]?.loaded.append((module, index))
            case .module(.free, let module) where open[task.pid]?.module == nil: open[task.pid]?.module = module
            case .entry(let function) where function.isOfLivepatch:
                switch function.name {
                case "klp_enable_patch": open[task.pid]?.subject = step.arguments.patch
                case "klp_module_coming": open[task.pid]?.subject = step.arguments.module
                default: break
                }
            case .exit(let function) where function.isOfLivepatch:
                guard ["klp_enable_patch", "klp_module_coming"].contains(function.name),
                    let errno = step.arguments.result.map(TraceView.errno), errno != 0, let call = open[task.pid]
                else { continue }
                open[task.pid]?.failures.append((function.name, call.subject, errno, index))
            default: break
            }
        }
    }

    private mutating func end(
        _ call: Call, _ result: Int, at index: Int, _ view: TraceView, _ observations: [Observation],
        _ timeline: StateTimeline, _ livepatches: Set<String>
    ) {
        guard result < 0 else {
            if call.name != "delete_module" { succeed(call, at: index, view) }
            return
        }
        // Lines and results of livepatch say why a module was not loaded.
        let lines = view.shown(between: call.entry, and: index, observations)
        let isExplained = lines.contains { $0.event.message.isRefusal || $0.event.message.endsRefusal }
        guard call.failures.isEmpty, !isExplained,
            call.module.map(livepatches.contains) ?? (call.name == "delete_module")
        else { return }
        let state = timeline.state(before: view.position(of: index))
        let enabled = state?.patches.filter { $0.isEnabled || state?.isInTransition($0.name) == true }.map(\.name) ?? []
        let inUse = Self.inUse.contains(result) ? enabled : []
        guard call.module != nil || !inUse.isEmpty, let task = view.steps[index].record.task else { return }
        refusals.append(
            RefusedModuleCall(
                call: call.name, module: call.module, errno: result, task: task.designation,
                place: view.citation(of: index), inUse: inUse))
    }

    private mutating func succeed(_ call: Call, at index: Int, _ view: TraceView) {
        for failure in call.failures {
            guard let name = failure.name else { continue }
            let because = view.citation(of: failure.step)
            if failure.function == "klp_module_coming" {
                // The loader goes on to module_load only with a module that everybody accepted.
                guard call.loaded.contains(where: { $0.module == name && $0.step > failure.step }) else { continue }
                let fault = TraceFault.loadedAlthoughRefused(module: name, errno: failure.errno)
                findings.append(Finding(.resultTellsOutcome, fault, at: view.citation(of: index), because: because))
            } else {
                guard call.loaded.map(\.module) == [name] else { continue }
                let fault = TraceFault.staysLoaded(patch: name, errno: failure.errno)
                findings.append(
                    Finding(
                        .resultTellsOutcome, fault, severity: .warning, at: view.citation(of: index), because: because))
            }
        }
    }
}
