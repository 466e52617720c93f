import Livepatch

/// Refuses steps that cannot be meant, whatever the kernel: on something that is not described, or not loaded, or with an
/// option that the thing does not have. What a kernel refuses is no error: it is what the scenario shows.
struct StepChecker {
    private let manifest: Manifest
    private let modules: Set<String>
    private let functions: Set<String>
    /// What an earlier step loads, whether or not the kernel lets it.
    private var loaded: Set<String> = []

    init(manifest: Manifest) {
        self.manifest = manifest
        modules = Set(manifest.modules.map(\.name))
        functions = Set(manifest.livepatches.values.flatMap { $0.objects.flatMap(\.functions) })
    }

    mutating func check(_ step: ScenarioStep, _ value: YAMLValue) throws(Misreading) {
        switch step.action {
        case .load(let module, let options):
            try checkLoad(module, options, value)
            loaded.insert(module)
        case .unload(let module):
            try isDescribed(module, value)
            guard loaded.contains(module) else {
                throw value.error("'\(module)' is not loaded: no earlier step does it")
            }
            if step.failure == nil { loaded.remove(module) }
        case .enable(let patch), .disable(let patch), .reverse(let patch), .force(let patch), .signal(let patch),
            .complete(let patch):
            try isLivepatch(patch, value)
            guard loaded.contains(patch) else { throw value.error("'\(patch)' is not loaded: no earlier step does it") }
        case .setPrePatchReturn(let patch, let object, _):
            try isLivepatch(patch, value)
            try hasPrePatch(patch, object, value)
        case .block(let function), .unblock(let function), .occupy(let function), .vacate(let function):
            guard functions.contains(function) else {
                throw value.error("no livepatch patches '\(function)'; give it in the functions of an object")
            }
            let owners = objects(with: function)
            guard owners.count < 2 else {
                throw value.error(
                    "'\(function)' is a function of \(owners.joined(separator: " and of ")); nobody can tell which is meant"
                )
            }
        case .shadow(let call):
            try isDescribed(call.caller, value)
            guard loaded.contains(call.caller) else {
                throw value.error("'\(call.caller)' is not loaded: no earlier step does it")
            }
        case .ftrace, .print: break
        }
    }

    private func checkLoad(_ module: String, _ options: LoadOptions, _ value: YAMLValue) throws(Misreading) {
        try isDescribed(module, value)
        if let livepatch = manifest.livepatches[module] {
            if modules.contains(module) {
                throw value.error("'\(module)' is described as a livepatch and as a module; it can be one")
            }
            guard options.initReturn == 0 else {
                throw value.error("init_ret is for target modules; a livepatch's init returns what enabling it does")
            }
            if options.replace != nil, case .parameter? = livepatch.replace {
            } else if options.replace != nil {
                throw value.error("'\(module)' has no parameter 'replace'; say 'replace: parameter' in its description")
            }
            if options.prePatchReturn != nil { try hasPrePatch(module, nil, value) }
        } else {
            guard options.replace == nil, options.prePatchReturn == nil else {
                throw value.error("'\(module)' is no livepatch: it has neither replace nor pre_patch_ret")
            }
        }
    }

    /// The objects that have a function of that name, by whichever livepatch.
    private func objects(with function: String) -> [String] {
        let all = manifest.livepatches.values.flatMap(\.objects).filter { $0.functions.contains(function) }
        return Set(all.map(\.name)).sorted()
    }

    private func isDescribed(_ name: String, _ value: YAMLValue) throws(Misreading) {
        guard manifest.livepatches[name] == nil, !modules.contains(name) else { return }
        let known = (manifest.livepatches.keys.sorted() + modules.sorted()).joined(separator: ", ")
        throw value.error(
            "'\(name)' is not described; add it to modules or livepatches (\(known.isEmpty ? "there are none" : known))"
        )
    }

    private func isLivepatch(_ name: String, _ value: YAMLValue) throws(Misreading) {
        guard manifest.livepatches[name] == nil else { return }
        let known = manifest.livepatches.keys.sorted().joined(separator: ", ")
        throw value.error("'\(name)' is no livepatch; described are \(known.isEmpty ? "none" : known)")
    }

    private func hasPrePatch(_ patch: String, _ object: String?, _ value: YAMLValue) throws(Misreading) {
        let objects = manifest.livepatches[patch]?.objects ?? []
        if let object, !objects.contains(where: { $0.name == object }) {
            throw value.error(
                "'\(patch)' has no object '\(object)'; it has \(objects.map(\.name).joined(separator: ", "))")
        }
        guard manifest.livepatches[patch]?.hasPrePatch(of: object) == true else {
            throw value.error("'\(patch)' defines no pre_patch callback whose return value could be set")
        }
    }
}
