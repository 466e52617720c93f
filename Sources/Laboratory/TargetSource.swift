import Livepatch
import Scenarios

/// A module in C that livepatches of a scenario patch, or that calls the shadow variable API.
struct TargetSource {
    let module: ModuleDescription
    /// The functions that livepatches find in it.
    let functions: [String]
    /// The calls of the shadow variable API that it makes, in order.
    let shadowCalls: ShadowSource

    /// The whole file.
    var text: String {
        var text = CText.head("The module '\(module.name)'", ["module"]) + shadowCalls.text
        for function in functions {
            text += """

                void \(function)(struct completion *until);
                noinline void \(function)(struct completion *until)
                {
                	wait_for_completion(until);
                }

                """
        }
        let entries = functions.map { "\t{ \(CText.literal($0)), \($0) },\n" }.joined()
        return text + """

            static const struct klp_lab_function functions[] = {
            \(entries)	{ }
            };

            \(shadowCalls.member(functions: "functions"))

            static int init_ret;
            module_param(init_ret, int, 0444);

            static int begin(void)
            {
            \(module.initLine.map { CText.print("\(module.name): \($0)") } ?? "")	if (!init_ret)
            		klp_lab_join(&member);
            	return init_ret;
            }

            static void end(void)
            {
            	klp_lab_leave(&member);
            \(module.exitLine.map { CText.print("\(module.name): \($0)") } ?? "")}
            \(CText.tail)
            """
    }
}
