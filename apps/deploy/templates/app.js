// A function with a URL of its own, for the AWS CDK.
//
//   npm install aws-cdk-lib constructs && npx cdk deploy
//
// Callers sign their requests (AWS_IAM): which users and roles of this account may ask is for their
// own policies to say. To let everybody ask, add: -c url=open
const path = require("node:path");
const cdk = require("aws-cdk-lib");
const lambda = require("aws-cdk-lib/aws-lambda");

const app = new cdk.App();
const stack = new cdk.Stack(app, "Classifier", { description: "Classifies texts (made by quoth)" });

const classifier = new lambda.Function(stack, "Function", {
  code: lambda.Code.fromAsset(path.join(__dirname, "@zip@")),
  runtime: lambda.Runtime.PROVIDED_AL2023,
  handler: "bootstrap",
  architecture: lambda.Architecture.@cdk_arch@,
  memorySize: @memory@,
  timeout: cdk.Duration.seconds(10),
  loggingFormat: lambda.LoggingFormat.JSON,
});

const isOpen = app.node.tryGetContext("url") === "open";
const authType = isOpen ? lambda.FunctionUrlAuthType.NONE : lambda.FunctionUrlAuthType.AWS_IAM;
const url = classifier.addFunctionUrl({ authType });

// A request through the URL needs both permissions. For an open one the CDK adds them itself.
if (!isOpen) {
  const to = { functionName: classifier.functionArn, principal: stack.account };
  new lambda.CfnPermission(stack, "MayUseUrl", {
    ...to,
    action: "lambda:InvokeFunctionUrl",
    functionUrlAuthType: authType,
  });
  new lambda.CfnPermission(stack, "MayInvokeThroughUrl", {
    ...to,
    action: "lambda:InvokeFunction",
    invokedViaFunctionUrl: true,
  });
}

new cdk.CfnOutput(stack, "Url", { value: url.url });
