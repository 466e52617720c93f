import Livepatch
import Reconstruction

/// When which target module was loaded, as far as the log tells.
///
/// While a livepatch that names a module is active, the module cannot come or go without a line (`applying patch`,
/// `reverting patch`). Otherwise only a module that prints in its init and exit functions can be followed:
///
///     line      1 M_init        4 enabling P   5 pre_patch M      9 M_exit    10 reverting P on M
///     known     loaded after 1                 loaded at 5        loaded before, absent after 10
///
/// That its init function printed does not prove that it was loaded: the function may have failed in the end. A trace of the module
/// loader's events follows every module.
struct ModulePresence {
    private struct Evidence {
        let index: Int
        let before: Bool?
        let after: Bool?
        /// True for the init function's line: the function may fail after it, and nobody says so.
        var mayHaveFailed = false
    }

    private var evidence: [String: [Evidence]] = [:]
    private var talkative: Set<String> = []

    init(observations: [Observation], sections: [Section], manifest: Manifest) {
        let tellsOfFree = observations.contains { $0.event.message == .moduleFreed }
        for observation in observations {
            let event = observation.event
            if event.message == .loadError { takeLoadError(event, observation.index) }
            guard let module = event.object else { continue }
            switch event.message {
            case .moduleInit:
                add(
                    module, Evidence(index: observation.index, before: false, after: true, mayHaveFailed: true))
            case .moduleExit:
                talkative.insert(module)
                add(module, Evidence(index: observation.index, before: true, after: false))
            case .moduleLoaded:
                // Between the notifier and the init function (load_module). If that fails, module_free follows.
                talkative.insert(module)
                let mayHaveFailed = !tellsOfFree
                add(
                    module, Evidence(index: observation.index, before: false, after: true, mayHaveFailed: mayHaveFailed)
                )
            case .moduleFreed:
                talkative.insert(module)
                add(module, Evidence(index: observation.index, before: nil, after: false))
            default: break
            }
        }
        for section in sections { take(section) }
        let described = manifest.modules.filter { $0.exitLine != nil }.map(\.name)
        talkative.formUnion(described.filter { evidence[$0] != nil })
        for module in evidence.keys { evidence[module]?.sort { $0.index < $1.index } }
    }

    /// An init function that printed may have failed in the end. That is the operator's word: it takes back what the init line
    /// says, and proves nothing.
    private mutating func takeLoadError(_ event: Event, _ index: Int) {
        guard event.text != Errno.exists.words else { return }
        add(
            Command.moduleName(event.object ?? event.name ?? ""), Evidence(index: index, before: nil, after: nil))
    }

    private mutating func take(_ section: Section) {
        guard let first = section.observations.first?.index, let last = section.observations.last?.index else { return }
        switch section.kind {
        case .coming(let module):
            add(module, Evidence(index: first, before: false, after: !section.isRefusal))
        case .going(let module):
            add(module, Evidence(index: last, before: true, after: false))
        case .enabling, .disabling, .completing:
            for observation in section.observations where observation.event.message.needsLoadedObject {
                guard let module = observation.event.object, module != Event.vmlinux else { continue }
                add(module, Evidence(index: observation.index, before: true, after: true))
            }
        default: break
        }
    }

    private mutating func add(_ module: String, _ item: Evidence) { evidence[module, default: []].append(item) }

    /// Whether the module is loaded when the section begins; nil if nothing tells.
    ///
    /// - Parameters:
    ///   - index: the first observation of the section.
    ///   - end: the last observation up to which a livepatch watches the module without a break from `index` on.
    func isLoaded(_ module: String, at index: Int, watchedUntil end: Int) -> Bool? {
        let all = evidence[module] ?? []
        let place = all.firstPlace { $0.index >= index }
        let next = all[place...].first { $0.before != nil }
        if let next, next.index <= end { return next.before }
        guard talkative.contains(module) else { return nil }
        let last = place > 0 ? all[place - 1] : nil
        return last?.after ?? next?.before
    }

    /// True if nothing but the line of its init function says that the module is loaded at the observation: the function may have
    /// failed.
    func isDoubtful(_ module: String, at index: Int) -> Bool {
        let all = evidence[module] ?? []
        let place = all.firstPlace { $0.index >= index }
        guard place > 0, all[place - 1].mayHaveFailed else { return false }
        return all[place...].first { $0.before != nil }?.before != true
    }
}

extension MessageID {
    /// True if a section that handles loaded objects alone prints the line for one of them (__klp_enable_patch).
    fileprivate var needsLoadedObject: Bool {
        self == .callback || self == .prePatchFailed || self == .patchObjectFailed
    }
}

extension ModulePresence {
    /// True if the event is a callback for a module that is perhaps not loaded.
    func isDoubtful(_ event: Event, at index: Int) -> Bool {
        guard event.message == .callback, event.moduleState == .live, let module = event.object else { return false }
        return isDoubtful(module, at: index)
    }
}
