import Livepatch
import Scenarios
import Simulation

/// # Laboratory
///
/// A scenario made ready for a real kernel: the modules in C, the steps for the guest's shell, and what the engine says must come of
/// it. `kernel-lab` builds and boots; nothing here runs a program.

/// A scenario to be performed by a guest.
public struct GuestJob: Hashable, Sendable {
    /// What to call it: a case's name.
    public let name: String
    /// The scenario.
    public let scenario: Scenario
    /// The generation of the kernel that performs it.
    public let generation: Generation
    /// What the engine says comes of it.
    public let simulation: Simulation
    /// The modules: name and C text.
    public let modules: [ModuleSource]
    /// The files that the guest reads, by name.
    public let files: [String: String]

    /// A module to be built.
    public struct ModuleSource: Hashable, Sendable {
        /// The module's name.
        public let name: String
        /// The C file.
        public let text: String
    }

    /// Makes the scenario ready.
    ///
    /// - Parameters:
    ///   - scenario: the scenario.
    ///   - name: what to call it.
    ///   - file: what to call its file in errors.
    ///   - generation: that of the kernel.
    /// - Throws: `Unperformable` if a real kernel, or this lab, cannot do what it says.
    public init(
        _ scenario: Scenario, name: String, file: String? = nil, generation: Generation = .linux55
    ) throws(Unperformable) {
        guard scenario.generations.contains(generation) else {
            throw .otherKernelsOnly(scenario.generations, generation)
        }
        do throws(SimulationError) {
            simulation = try Simulation(of: scenario, generation: generation)
        } catch {
            throw .wrong(error.description(file: file ?? name))
        }
        try Self.checkIdentifiers(of: scenario)
        self.name = name
        self.scenario = scenario
        self.generation = generation
        modules = try Self.modules(of: scenario, generation)
        files = [
            "steps": try GuestSteps(scenario: scenario, simulation: simulation).text(),
            "heading": "\(scenario.test ?? name)\n",
            "modules": modules.map { $0.name + "\n" }.joined(),
            "functions": Self.functions(of: scenario).map { $0 + "\n" }.joined(),
            "shadows": Self.shadows(of: scenario).map { "\($0)\n" }.joined(),
        ]
    }

    /// The same modules with other steps.
    ///
    /// - Parameters:
    ///   - steps: a script for the guest's shell.
    ///   - name: what to call it.
    public func performing(_ steps: String, as name: String) -> GuestJob {
        var files = files
        files["steps"] = steps
        files["heading"] = "\(name)\n"
        return GuestJob(
            name: name, scenario: scenario, generation: generation, simulation: simulation, modules: modules,
            files: files)
    }

    private init(
        name: String, scenario: Scenario, generation: Generation, simulation: Simulation, modules: [ModuleSource],
        files: [String: String]
    ) {
        self.name = name
        self.scenario = scenario
        self.generation = generation
        self.simulation = simulation
        self.modules = modules
        self.files = files
    }

    /// Functions of the scenario become functions in C, and words of the shell.
    private static func checkIdentifiers(of scenario: Scenario) throws(Unperformable) {
        let patched = scenario.manifest.livepatches.values.flatMap { $0.objects.flatMap(\.functions) }
        for name in patched + functions(of: scenario) where !CText.isIdentifier(name) { throw .notAnIdentifier(name) }
    }

    /// The modules that steps load, livepatches last: a module is built once, whoever loads it how often.
    private static func modules(
        of scenario: Scenario, _ generation: Generation
    ) throws(Unperformable) -> [ModuleSource] {
        var sources: [ModuleSource] = []
        let livepatches = scenario.manifest.livepatches
        for module in scenario.manifest.modules {
            let source = TargetSource(
                module: module, functions: functions(of: module.name, livepatches.values),
                shadowCalls: ShadowSource(of: module.name, in: scenario))
            sources.append(ModuleSource(name: module.name, text: source.text))
        }
        for livepatch in livepatches.values.sorted(by: { $0.name < $1.name }) {
            let source = LivepatchSource(
                livepatch: livepatch, manifest: scenario.manifest, generation: generation,
                shadowCalls: ShadowSource(of: livepatch.name, in: scenario))
            sources.append(ModuleSource(name: livepatch.name, text: try source.text()))
        }
        return sources
    }

    /// The functions of a target module that livepatches find there.
    private static func functions(
        of module: String, _ livepatches: some Collection<LivepatchDescription>
    ) -> [String] {
        let objects = livepatches.compactMap { $0.object(module) }
        return Set(objects.flatMap { object in object.functions.filter { !object.missing.contains($0) } }).sorted()
    }

    /// The ids of shadow variables that may be left at the end.
    private static func shadows(of scenario: Scenario) -> [UInt64] {
        let called = scenario.steps.compactMap { if case .shadow(let call) = $0.action { call.id } else { nil } }
        let states = scenario.manifest.livepatches.values.flatMap { $0.states ?? [] }
        return Set(called + states.filter { $0.allocates != nil }.map { UInt64($0.id) }).sorted()
    }

    /// The functions in which tasks sleep or that kprobes take, to be freed at the end.
    private static func functions(of scenario: Scenario) -> [String] {
        Set(
            scenario.steps.compactMap { step in
                switch step.action {
                case .block(let function), .occupy(let function): function
                default: nil
                }
            }
        ).sorted()
    }
}
