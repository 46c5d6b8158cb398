# A function with a URL of its own, for Terraform and OpenTofu.
#
#   terraform init && terraform apply
#
# Callers sign their requests (AWS_IAM): which users and roles of this account may ask is for their
# own policies to say. To let everybody ask, add: -var url_auth_type=NONE
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.29" # invoked_via_function_url
    }
  }
}

variable "name" {
  description = "Name of the function and of its role"
  type        = string
  default     = "classifier"
}

variable "url_auth_type" {
  description = "Who may ask: AWS_IAM, signed requests only, or NONE, everybody"
  type        = string
  default     = "AWS_IAM"

  validation {
    condition     = contains(["AWS_IAM", "NONE"], var.url_auth_type)
    error_message = "Choose AWS_IAM or NONE."
  }
}

data "aws_caller_identity" "current" {}

locals {
  callers = var.url_auth_type == "NONE" ? "*" : data.aws_caller_identity.current.account_id
}

resource "aws_iam_role" "classifier" {
  name = var.name
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

# It may write its log, and nothing else.
resource "aws_iam_role_policy_attachment" "log" {
  role       = aws_iam_role.classifier.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "classifier" {
  function_name    = var.name
  role             = aws_iam_role.classifier.arn
  filename         = "${path.module}/@zip@"
  source_code_hash = filebase64sha256("${path.module}/@zip@")
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = ["@arch@"]
  memory_size      = @memory@
  timeout          = 10

  logging_config {
    log_format = "JSON"
  }
}

resource "aws_lambda_function_url" "classifier" {
  function_name      = aws_lambda_function.classifier.function_name
  authorization_type = var.url_auth_type
}

# A request through the URL needs both permissions.
resource "aws_lambda_permission" "use_url" {
  statement_id           = "MayUseUrl"
  function_name          = aws_lambda_function.classifier.function_name
  action                 = "lambda:InvokeFunctionUrl"
  principal              = local.callers
  function_url_auth_type = var.url_auth_type
}

resource "aws_lambda_permission" "invoke_through_url" {
  statement_id             = "MayInvokeThroughUrl"
  function_name            = aws_lambda_function.classifier.function_name
  action                   = "lambda:InvokeFunction"
  principal                = local.callers
  invoked_via_function_url = true
}

output "url" {
  value = aws_lambda_function_url.classifier.function_url
}
