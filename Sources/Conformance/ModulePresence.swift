import Livepatch
import Reconstruction

/// When which target module was loaded, as far as the log tells.
///
/// While a livepatch that names a module is active, the module cannot come or go without a line (`applying patch`,
/// `reverting patch`). Otherwise only a module that prints in its init and exit functions can be followed:
///
///     line      1 M_init        4 enabling P   5 pre_patch M      9 M_exit    10 reverting P on M
///     known     loaded after 1                 loaded at 5        loaded before, absent after 10
struct ModulePresence {
    private struct Evidence {
        let index: Int
        let before: Bool?
        let after: Bool?
    }

    private var evidence: [String: [Evidence]] = [:]
    private var talkative: Set<String> = []

    init(observations: [Observation], sections: [Section], manifest: Manifest) {
        for observation in observations {
            let event = observation.event
            if event.message == .loadError { takeLoadError(event, observation.index) }
            guard let module = event.object else { continue }
            switch event.message {
            case .moduleInit: add(module, Evidence(index: observation.index, before: false, after: true))
            case .moduleExit:
                talkative.insert(module)
                add(module, Evidence(index: observation.index, before: true, after: false))
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
            for observation in section.observations where observation.event.message == .callback {
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
        if let after = last?.after { return after }
        return next?.before
    }
}
